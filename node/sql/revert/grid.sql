-- Revert zaedno_node:grid from pg

BEGIN;

SELECT case_part_forget('connecting'), case_part_forget('grid');
DROP FUNCTION connecting_full(uuid, uuid),
	connecting_wrong(uuid, uuid, uuid[], date, text, boolean),
	grid_wrong(uuid, uuid, date, uuid, jsonb), grid_follows(uuid, uuid),
	connecting_document(connecting),
	grid_document(grid), grid_item(grid), grid_change(grid),
	grid_measures(jsonb);
DROP TABLE connecting, grid;
DROP FUNCTION grid_shape_wrong(jsonb);
DROP TABLE codelist.connecting_outcome, codelist.grid_alignment,
	codelist.grid_source, codelist.grid_level;

COMMIT;
