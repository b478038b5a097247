# The hub's statements as PREPAREs, so that tests run the very text that is
# compiled in.
/^-- statement: / {
	if (name != "")
		print ";"
	name = $3
	print "PREPARE " name " AS"
	next
}
name != "" && !/^--/ {
	sub(/;[ \t]*$/, "")
	print
}
END {
	print ";"
}
