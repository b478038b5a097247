/* Writing C: names, string literals, byte arrays. */

export const BANNER = "/* Made by api-spec/generate.mjs. Do not edit. */\n";

/* ISO C11 lets a compiler stop at this length (5.2.4.1). */
const LITERAL_MAX = 4095;
const BYTES_PER_LINE = 24;

export function snake(name) {
	return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
}

export function quote(text) {
	const body = text.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n")
	    .replace(/\t/g, "\\t").replace(/\?(?=\?)/g, "\\?");

	return `"${body}"`;
}

export function quoteOrNull(text) {
	return text === null || text === undefined ? "NULL" : quote(text);
}

/* one literal a line, for long text; null when C does not promise it */
export function quoteLines(text, indent) {
	if (Buffer.byteLength(text) > LITERAL_MAX)
		return null;
	return text.split(/(?<=\n)/).map((l) => indent + quote(l)).join("\n");
}

/* the bytes of text and a NUL as the body of an array initialiser */
export function bytes(text) {
	const buf = Buffer.from(`${text}\0`, "utf8");
	const lines = [];

	for (let i = 0; i < buf.length; i += BYTES_PER_LINE)
		lines.push(`\t${[...buf.subarray(i, i + BYTES_PER_LINE)]
		    .join(",")},`);
	return lines.join("\n");
}
