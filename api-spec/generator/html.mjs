/* Small pieces of HTML. */

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function esc(text) {
	return String(text).replace(/[&<>"]/g, (c) => ENTITIES[c]);
}

export function code(text) {
	return `<code translate="no">${esc(text)}</code>`;
}

/* the page is Bulgarian; text without Cyrillic letters is English */
function language(text) {
	return /\p{Script=Cyrillic}/u.test(text) ? "" : ' lang="en"';
}

/* plain text with `code` and blank lines between paragraphs */
export function prose(text) {
	return String(text ?? "").trim().split(/\n\s*\n/).filter(Boolean)
	    .map((p) => `<p${language(p)}>${esc(p).replace(/`([^`]+)`/g,
		'<code translate="no">$1</code>')}</p>`).join("\n");
}

/* rows: lists of cells that are HTML; the first cell heads its row */
export function table(caption, heads, rows) {
	const head = heads.map((h) => `<th scope="col">${h}</th>`).join("");
	const body = rows.map(([first, ...rest]) =>
	    `<tr><th scope="row">${first}</th>` +
	    `${rest.map((c) => `<td>${c}</td>`).join("")}</tr>`);

	return `<table>\n<caption>${caption}</caption>\n` +
	    `<thead><tr>${head}</tr></thead>\n` +
	    `<tbody>\n${body.join("\n")}\n</tbody>\n</table>`;
}

/* an id for an anchor */
export function anchor(...parts) {
	return parts.join("-").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-")
	    .replace(/^-|-$/g, "");
}
