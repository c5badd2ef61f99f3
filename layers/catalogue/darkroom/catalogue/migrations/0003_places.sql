-- What a place is called, as its coordinates tell. A column a statement: DSQL takes one change at a
-- time.

ALTER TABLE catalogue.places ADD COLUMN IF NOT EXISTS country_code text;

ALTER TABLE catalogue.places ADD COLUMN IF NOT EXISTS country text;

ALTER TABLE catalogue.places ADD COLUMN IF NOT EXISTS region text;

ALTER TABLE catalogue.places ADD COLUMN IF NOT EXISTS town text;
