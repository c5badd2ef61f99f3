-- An owner is who has a file. A view: a row for each owner would be written by all of their uploads,
-- and each would have to wait for the others or be repeated.

CREATE OR REPLACE VIEW catalogue.owners AS
    SELECT owner, count(*) AS images, sum(bytes)::bigint AS bytes,
        min(uploaded_at) AS first_upload_at, max(uploaded_at) AS last_upload_at
    FROM catalogue.images
    GROUP BY owner;

CREATE INDEX ASYNC IF NOT EXISTS images_by_time ON catalogue.images (uploaded_at);

CREATE INDEX ASYNC IF NOT EXISTS cameras_by_name ON catalogue.cameras (camera);

-- What may be forgotten is looked for by these.
CREATE INDEX ASYNC IF NOT EXISTS versions_by_deletion ON catalogue.versions (deleted_at);

CREATE INDEX ASYNC IF NOT EXISTS notifications_by_expiry ON catalogue.notifications (expires_at);
