// A service restarted with other settings for the time of one test.

import fs from "node:fs";
import { writeConfig } from "../../deploy/demo/service.mjs";

const parse = (text) => Object.fromEntries(text.trimEnd().split("\n").map((line) => {
	const at = line.indexOf(" ");
	return [line.slice(0, at), line.slice(at + 1)];
}));

/** Runs `work` while the place's service runs with `settings`. */
export async function withSettings(place, settings, work) {
	const before = fs.readFileSync(place.config, "utf8");
	writeConfig(place.config, { ...parse(before), ...settings });
	try {
		await place.service.restart();
		return await work();
	} finally {
		writeConfig(place.config, parse(before));
		await place.service.restart();
	}
}
