-- What ended, in tables. A statement is a transaction of its own, and does nothing where what it
-- makes is there: Aurora DSQL takes one such statement a transaction, and a migration may be cut off.
-- `CREATE INDEX ASYNC` is DSQL's only way; on any other PostgreSQL the word is left out.

CREATE SCHEMA IF NOT EXISTS catalogue;

-- How far the catalogue is with each file. A row stays when its file is deleted: it remembers that.
-- A key has up to 1,024 bytes and DSQL's primary keys no more than that in all, so a file has an id.
CREATE TABLE IF NOT EXISTS catalogue.versions (
    owner text NOT NULL,
    image_id text NOT NULL,
    version text NOT NULL,
    ended_at timestamptz,
    deleted_at timestamptz,
    PRIMARY KEY (owner, image_id)
);

CREATE TABLE IF NOT EXISTS catalogue.images (
    owner text NOT NULL,
    image_id text NOT NULL,
    image text NOT NULL,
    version text NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    reason text,
    bytes bigint NOT NULL,
    format text,
    width bigint,
    height bigint,
    frames bigint,
    duration_seconds double precision,
    title text,
    rating bigint,
    dominant_colour text,
    content_hash text,
    perceptual_hash text,
    taken_at text,
    uploaded_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    PRIMARY KEY (owner, image_id)
);

CREATE TABLE IF NOT EXISTS catalogue.cameras (
    owner text NOT NULL,
    image_id text NOT NULL,
    camera text,
    lens text,
    exposure text,
    f_number double precision,
    iso bigint,
    focal_length_mm double precision,
    flash_fired boolean,
    PRIMARY KEY (owner, image_id)
);

CREATE TABLE IF NOT EXISTS catalogue.places (
    owner text NOT NULL,
    image_id text NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    altitude_m double precision,
    PRIMARY KEY (owner, image_id)
);

CREATE TABLE IF NOT EXISTS catalogue.tables (
    owner text NOT NULL,
    image_id text NOT NULL,
    row_count bigint NOT NULL,
    column_count bigint NOT NULL,
    rejected_rows bigint NOT NULL,
    wrong_values bigint NOT NULL,
    PRIMARY KEY (owner, image_id)
);

-- `converted_bytes` is what the version for the web has, where there is one.
CREATE TABLE IF NOT EXISTS catalogue.videos (
    owner text NOT NULL,
    image_id text NOT NULL,
    video_codec text,
    audio_codec text,
    audio_channels bigint,
    hdr text,
    frame_rate double precision,
    bit_rate bigint,
    converted_bytes bigint,
    PRIMARY KEY (owner, image_id)
);

CREATE TABLE IF NOT EXISTS catalogue.notifications (
    owner text NOT NULL,
    notification_id text NOT NULL,
    image_id text NOT NULL,
    version text NOT NULL,
    status text NOT NULL,
    kind text NOT NULL,
    reason text,
    sent_at timestamptz NOT NULL,
    seen_at timestamptz,
    response text,
    responded_at timestamptz,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (owner, notification_id)
);
