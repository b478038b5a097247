// Receipts on paper: what the family takes home.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { checkout } from "../../deploy/demo/place.mjs";
import { node, nodeAs, organisationId } from "../lib/suite.mjs";
import { arrived, newCase, newConsent, receipt, share } from "../lib/work.mjs";

const school = await nodeAs("school", "practitioner");
const TEXT = "Съгласни сме <b>училището</b> & центърът\nда работят заедно.";
const POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; " +
	"form-action 'none'; frame-ancestors 'none'";

/* Where a reviewer asks for it, the page is kept to be looked at. */
function keep(name, text) {
	if (!process.env.ZAEDNO_PAGES)
		return;
	fs.writeFileSync(path.join(process.env.ZAEDNO_PAGES, name),
		text.replace("/print.css", `${checkout}/api-spec/generator/print.css`));
}

async function page(operationId, id, who = school) {
	const { text, headers } = await who.call(operationId, { params: { id } }, 200);
	assert.equal(headers["content-type"], "text/html; charset=utf-8");
	assert.equal(headers["content-security-policy"], POLICY);
	assert.equal(headers["cache-control"], "no-store");
	assert.match(text, /^<!DOCTYPE html>\n<html lang="bg">/);
	assert.doesNotMatch(text, /<script|<style|style=|onload/i);
	return text;
}

async function directory() {
	const { body } = await school.call("listOrganisations", { query: { limit: 200 } }, 200);
	return Object.fromEntries(body.items.map((item) => [item.id, item.name]));
}

test("a consent's receipt says what, with whom, until when and how to withdraw", async () => {
	const { id } = await newCase(school, { given_name: "Палечка", family_name: "Листникова" });
	const consent = await newConsent(school, id, { csc: ["basics", "help"], ngo: ["wish"] },
		{ text: TEXT });
	const text = await page("getConsentPrint", consent);
	keep("consent.html", text);
	const names = await directory();
	const escaped = (name) => name.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
	for (const name of ["csc", "ngo", "school"])
		assert.ok(text.includes(escaped(names[organisationId(name)])), name);
	for (const words of ["основни данни без име", "каква помощ се търси", "желанието на детето",
		"обща оценка", "родител – писмено, на хартия, ", "Как да оттеглите съгласието", "Помощта за детето не зависи от това.",
		"Прочетеното и отпечатаното не могат да бъдат върнати.", "от специалист</footer>",
		"Съгласни сме &lt;b&gt;училището&lt;/b&gt; &amp; центърът\nда работят заедно."])
		assert.ok(text.includes(words), words);
	assert.ok(text.includes(createHash("sha256").update(TEXT).digest("hex")));
	assert.match(text, /Разписка № [0-9A-F]{4}-[0-9A-F]{4} \/ 1</);
	const { body } = await school.call("getConsent", { params: { id: consent } }, 200);
	const short = body.case_pseudonym.slice(0, 8).toUpperCase();
	assert.ok(text.includes(`${short.slice(0, 4)}-${short.slice(4)} / 1`));
	for (const name of ["Палечка", "Листникова"])
		assert.equal(text.includes(name), false, "a stranger may find the sheet");
	await school.call("getWithdrawalPrint", { params: { id: consent } }, "404 not-found");
});

test("a withdrawal's receipt says where it was erased and who has still to answer", async () => {
	const { id } = await newCase(school);
	const consent = await newConsent(school, id, { csc: ["basics", "help"] });
	await arrived("csc", await share(school, consent));
	await receipt(school, consent, "delivered", (body) => body.items[0]?.delivered_at);
	await school.call("withdrawConsent",
		{ params: { id: consent }, body: { capacity: "parent" } }, 200);
	const soon = await page("getWithdrawalPrint", consent);
	assert.match(soon, /Оттегли го: родител\./);
	await receipt(school, consent, "purged", (body) =>
		body.items[0]?.purged_at && body.withdrawal?.hub_at);
	const text = await page("getWithdrawalPrint", consent);
	keep("withdrawal.html", text);
	assert.equal([...text.matchAll(/Изтрито на \d\d\.\d\d\.\d{4}\sг\., \d\d:\d\d\sч\./g)].length, 2);
	assert.match(text, /Всички са потвърдили\./);
	assert.match(text, /Прочетеното и отпечатаното не могат да бъдат върнати\./);
	assert.match(await page("getConsentPrint", consent), /Това съгласие е оттеглено на/);
});

test("a withdrawal under which nothing was shared says so; nobody else prints", async () => {
	const { id } = await newCase(school);
	const consent = await newConsent(school, id, { csc: ["help"] });
	await school.call("withdrawConsent",
		{ params: { id: consent }, body: { capacity: "guardian" } }, 200);
	assert.match(await page("getWithdrawalPrint", consent), /още нищо не беше споделено/);
	const dpo = await nodeAs("school", "dpo");
	const stranger = await nodeAs("csc", "practitioner");
	for (const operationId of ["getConsentPrint", "getWithdrawalPrint"]) {
		await dpo.call(operationId, { params: { id: consent } }, "403 scope-missing");
		await stranger.call(operationId, { params: { id: consent } }, "404 not-found");
	}
	const { body } = await dpo.call("listAudit", { query: { ref: consent } }, 200);
	assert.ok(body.items.some((row) => row.event === "withdrawal.print"));
});

test("the sheet's style is served by the node", async () => {
	const { text } = await node("school").call("getPrintCss", {}, 200);
	assert.match(text, /size: A4/);
});
