/* Documents compiled into the services as arrays of bytes. */

import { BANNER, bytes } from "./c.mjs";

function definition(name, text) {
	return `const unsigned char ${name}[] = {\n${bytes(text)}\n};\n` +
	    `const size_t ${name}_len = sizeof(${name}) - 1;\n`;
}

/* the .c of one document; header declares it */
export function embedSource(header, name, text) {
	return `${BANNER}\n#include "${header}"\n\n${definition(name, text)}`;
}

/* documents: [{ name, what }] */
export function embedHeader(guard, documents) {
	const rows = documents.map(({ name, what }) =>
	    `/* ${what}; a NUL follows, which the length does not count */\n` +
	    `extern const unsigned char ${name}[];\n` +
	    `extern const size_t ${name}_len;\n`);

	return `${BANNER}#ifndef ${guard}\n#define ${guard}\n\n` +
	    `#include <stddef.h>\n\n${rows.join("\n")}\n#endif\n`;
}
