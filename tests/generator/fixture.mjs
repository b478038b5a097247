/* A small project in a temporary folder, and the generator run on it. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { generate } from "../../api-spec/generate.mjs";

const PROBLEMS = [
	["TOKEN_MISSING", 401, "token-missing"],
	["TOKEN_INVALID", 401, "token-invalid"],
	["SCOPE_MISSING", 403, "scope-missing"],
	["ORGANISATION_BLOCKED", 403, "organisation-blocked"],
	["NOT_FOUND", 404, "not-found"],
	["MALFORMED_BODY", 400, "malformed-body"],
	["IDEMPOTENCY_KEY_MISSING", 400, "idempotency-key-missing"],
	["IDEMPOTENCY_KEY_REUSED", 409, "idempotency-key-reused"],
	["PRECONDITION_FAILED", 412, "precondition-failed"],
	["PRECONDITION_REQUIRED", 428, "precondition-required"],
	["BODY_TOO_LARGE", 413, "body-too-large"],
	["MEDIA_TYPE", 415, "media-type"],
	["INVALID", 422, "invalid"],
	["TOO_MANY_REQUESTS", 429, "too-many-requests"],
	["INTERNAL", 500, "internal"],
	["UNAVAILABLE", 503, "unavailable"],
	["STALE", 409, "stale"],
];

const HUB = `openapi: 3.1.0
info: {title: Проба, version: 1.0.0}
tags: [{name: Неща}]
paths:
  /v1/things/{id}:
    parameters:
      - {name: id, in: path, schema: {type: string, format: uuid}}
    put:
      operationId: putThing
      tags: [Неща]
      summary: Записване на нещо
      description: One thing.
      security: [{bearer: ['things:write']}]
      x-if-match: optional
      x-problems: [stale]
      requestBody: {schema: {$ref: 'schemas/thing.yaml#/Thing'}}
      responses:
        '200': {schema: {$ref: 'schemas/thing.yaml#/Thing'}, etag: true}
  /v1/things:
    get:
      operationId: listThings
      tags: [Неща]
      summary: Списък
      security: [{bearer: ['things:read']}, {bearer: ['things:write']}]
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
        - name: colours
          in: query
          schema: {type: array, items: {type: string}}
      responses:
        '200':
          schema: {type: array, items: {$ref: 'schemas/thing.yaml#/Thing'}}
  /healthz:
    get:
      operationId: getHealth
      tags: [Неща]
      summary: Работи
      x-public: true
      x-rate: free
      x-database: false
      responses:
        '200': {description: Да}
`;

const THING = `Thing:
  type: object
  additionalProperties: false
  required: [colour]
  properties:
    colour: {$ref: '#/Colour'}
    part:
      type: object
      additionalProperties: false
      properties: {size: {type: integer, minimum: 0}}
Colour: {type: string, x-enum: colour}
`;

const PROBLEM = `Problem:
  type: object
  required: [code]
  properties: {code: {type: string}}
`;

const SCOPES = `hub:
  scopes:
    things:read: {bg: Четене, en: Read}
    things:write: {bg: Запис, en: Write}
  roles:
    node: {bg: Система, en: Node, scopes: ['things:read', 'things:write']}
node: {scopes: {}, roles: {}}
`;

const COLOUR = JSON.stringify({
	list: "colour", title: { bg: "Цвят", en: "Colour" },
	items: [{ code: "red", bg: "червен", en: "red" },
		{ code: "blue", bg: "син", en: "blue" }],
});

const SQL = `-- statement: thing_get (read)
-- why it is so
SELECT body, 'a;b' FROM thing WHERE id = $2::uuid AND org = $1::uuid;

-- statement: thing_put (write, act)
INSERT INTO thing (id) VALUES ($1::uuid)
RETURNING id;
`;

export const FILES = {
	"common/tbl/problem.h": PROBLEMS.map(([name, status, code]) =>
	    `PROBLEM(${name}, ${status}, "${code}", "en", "бг")\n`).join(""),
	"api-spec/hub.yaml": HUB,
	"api-spec/schemas/thing.yaml": THING,
	"api-spec/schemas/problem.yaml": PROBLEM,
	"api-spec/scopes.yaml": SCOPES,
	"api-spec/codelists/colour.json": COLOUR,
	"hub/sql/statements/thing.sql": SQL,
};

export class Project {
	constructor(changes = {}) {
		this.root = mkdtempSync(join(tmpdir(), "generator-"));
		this.out = join(this.root, "build", "gen");
		for (const [name, text] of
		    Object.entries({ ...FILES, ...changes }))
			this.write(name, text);
	}

	write(name, text) {
		const path = join(this.root, name);

		if (text === null)
			return;
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, text);
	}

	/* what is wrong, without the first making of ERRORS.md */
	run() {
		return this.runOnce().filter((l) => !l.includes("stale"));
	}

	runOnce() {
		return generate({ root: this.root, out: this.out,
			services: ["hub"] });
	}

	remove() {
		rmSync(this.root, { recursive: true });
	}
}

/* the lines for a project in which one file has one text replaced */
export function complaints(name, from, to) {
	const text = FILES[name];

	if (from !== null && !text.includes(from))
		throw new Error(`${name} has no "${from}"`);
	const project = new Project({
		[name]: from === null ? to : text.replace(from, to),
	});

	try {
		return project.run();
	} finally {
		project.remove();
	}
}
