/*
 * Just enough of PostgreSQL's lexer to tell where a command ends, which
 * parameters it has, and what is comment.
 */

const TOKENS = [
	["comment", /--[^\n]*/y],
	["string", /[eE]'(?:[^'\\]|\\[\s\S]|'')*'/y],
	["string", /'(?:[^']|'')*'/y],
	["string", /"(?:[^"]|"")*"/y],
	["string", /(\$(?:[A-Za-z_][A-Za-z0-9_]*)?\$)[\s\S]*?\1/y],
	["param", /\$\d+/y],
	["end", /;/y],
	["word", /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y],
	["space", /\s+/y],
	["other", /[^'"]/y],
];

/* the length of a block comment, which may hold others; 0: not closed */
function blockComment(text, from) {
	const marks = /\/\*|\*\//g;
	let depth = 0;

	marks.lastIndex = from;
	for (let m = marks.exec(text); m; m = marks.exec(text)) {
		depth += m[0] === "/*" ? 1 : -1;
		if (depth === 0)
			return marks.lastIndex - from;
	}
	return 0;
}

function nextToken(text, at) {
	if (text.startsWith("/*", at)) {
		const length = blockComment(text, at);

		return length === 0 ? null :
		    ["comment", text.slice(at, at + length)];
	}
	for (const [kind, re] of TOKENS) {
		re.lastIndex = at;
		const m = re.exec(text);

		if (m)
			return [kind, m[0]];
	}
	return null;
}

function tidy(command) {
	return command.split("\n").map((l) => l.trimEnd())
	    .filter((l) => l !== "").join("\n").trim();
}

/* { commands (comments and the last ; left out), nparams, error } */
export function scanSql(text) {
	const commands = [];
	let nparams = 0;
	let command = "";

	for (let at = 0; at < text.length;) {
		const token = nextToken(text, at);

		if (!token)
			return { commands, nparams,
				error: "a quote or comment is not closed" };
		const [kind, value] = token;

		at += value.length;
		if (kind === "param")
			nparams = Math.max(nparams, Number(value.slice(1)));
		if (kind === "end") {
			commands.push(tidy(command));
			command = "";
		} else if (kind !== "comment") {
			command += value;
		}
	}
	commands.push(tidy(command));
	return { commands: commands.filter((c) => c !== ""), nparams,
		error: null };
}
