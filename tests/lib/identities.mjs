// Looks for people in a dump, as one would who has the dump, knows the schema
// and a list of names and ЕГН: decodes what is encoded, tries what is hashed
// without a key, and reads names inflected, transliterated and backwards.

import { createHash } from "node:crypto";

const LATIN = [
	{ а: "a", б: "b", в: "v", г: "g", д: "d", е: "e", ж: "zh", з: "z", и: "i", й: "y", к: "k",
		л: "l", м: "m", н: "n", о: "o", п: "p", р: "r", с: "s", т: "t", у: "u", ф: "f", х: "h",
		ц: "ts", ч: "ch", ш: "sh", щ: "sht", ъ: "a", ь: "y", ю: "yu", я: "ya" },
	{ ж: "j", й: "i", х: "kh", ц: "c", ч: "4", ш: "6", щ: "6t", ъ: "u", ю: "iu", я: "ia", в: "w" },
	{ ж: "ž", й: "j", ц: "c", ч: "č", ш: "š", щ: "št", ъ: "ă", ю: "ju", я: "ja", ь: "j" },
];
const transliterate = (word, change) => [...word]
	.map((letter) => change[letter] ?? LATIN[0][letter] ?? letter).join("");
const backwards = (text) => [...text].reverse().join("");

/** What stays of a name through its forms: Мравкоядова → мравкояд. */
export const stem = (name) => {
	const word = name.toLowerCase().replace(/(ов|ев|ин|ск)(а|и|о)?$/, "");
	return word.length < 5 ? name.toLowerCase().replace(/[аяоей]$/, "") : word.replace(/[аяоей]$/, "");
};

const HASHES = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];
const hashed = (value) => HASHES.flatMap((name) => {
	const digest = createHash(name).update(value).digest();
	return [digest.toString("hex"), digest.toString("base64").replaceAll("=", ""),
		digest.toString("base64url")];
});

const decoders = ["utf-8", "utf-16le", "utf-16be", "windows-1251"]
	.map((name) => new TextDecoder(name));

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/* What is written inside a text in another way: bytea, base64. */
function* inside(text) {
	for (const [, hex] of text.matchAll(/(?<![0-9a-f])((?:[0-9a-f]{2}){4,})(?![0-9a-f])/gi))
		yield Buffer.from(hex, "hex");
	for (const [word] of text.matchAll(/[A-Za-z0-9+/_-]{12,}={0,2}/g))
		if (!UUID.test(word))
			yield Buffer.from(word, "base64");
}
const unescaped = (text) => text.replace(/\\+u([0-9a-f]{4})/gi,
	(_, code) => String.fromCharCode(parseInt(code, 16)));
const readable = (bytes) => !decoders[0].decode(bytes).includes("\ufffd");

/*
 * The text and all that is written in it, layer by layer, each layer as one
 * text a character set; what is random in UTF-8 holds no further layer.
 */
function* layers(text, depth) {
	yield text;
	if (/\\u[0-9a-f]{4}/i.test(text))
		yield unescaped(text);
	if (depth === 0)
		return;
	const seen = new Set(), next = [];
	const parts = decoders.map(() => []);
	for (const bytes of inside(text)) {
		const key = bytes.toString("latin1");
		if (seen.has(key))
			continue;
		seen.add(key);
		decoders.forEach((decoder, i) => parts[i].push(decoder.decode(bytes)));
		if (bytes.length > 24 && readable(bytes))
			next.push(decoders[0].decode(bytes));
	}
	for (const part of parts)
		yield part.join("\n");
	if (next.length > 0)
		yield* layers(next.join("\n"), depth - 1);
}

/**
 * @param who {names, numbers}
 * @returns what was found, as sentences; empty: nobody
 */
export function identitiesIn(dump, { names, numbers }) {
	const words = new Map();
	for (const name of names) {
		const root = stem(name);
		for (const form of [root, ...LATIN.map((change) => transliterate(root, change))]) {
			words.set(form, `the name ${name}`);
			words.set(backwards(form), `the name ${name}, backwards`);
		}
		for (const value of [name, name.toLowerCase(), name.toUpperCase()])
			for (const digest of hashed(value))
				words.set(digest.toLowerCase(), `a hash of the name ${name}`);
	}
	for (const number of numbers) {
		for (const digest of hashed(number))
			words.set(digest.toLowerCase(), `a hash of the number ${number}`);
		words.set(number, `the number ${number}`);
		words.set(backwards(number), `the number ${number}, backwards`);
	}
	const spaced = new RegExp(numbers.flatMap((n) => [n, backwards(n)])
		.map((n) => [...n].join("[ .\\-]?")).join("|") || "(?!)");
	const any = new RegExp([...words.keys()]
		.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|") || "(?!)", "g");
	const found = new Set();
	for (const layer of layers(dump, 3)) {
		for (const [word] of layer.toLowerCase().matchAll(any))
			found.add(words.get(word));
		if (spaced.test(layer))
			found.add(`a number, spaced: ${spaced.exec(layer)[0]}`);
	}
	return [...found];
}

/** An ЕГН with its check digit, of someone born on the day (1900 to 2099). */
export function egn(year, month, day, serial) {
	const two = (n) => String(n).padStart(2, "0");
	const nine = two(year % 100) + two(year >= 2000 ? month + 40 : month) + two(day) +
		String(serial).padStart(3, "0");
	const sum = [2, 4, 8, 5, 10, 9, 7, 3, 6].reduce((all, w, i) => all + w * Number(nine[i]), 0);
	return nine + String(sum % 11 % 10);
}
