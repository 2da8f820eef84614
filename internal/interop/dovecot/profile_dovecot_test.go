package dovecot_test

// dovecotDialogues are the differences between Dovecot 2.3.19 as its package comes and its profile.
var dovecotDialogues = []difference{
	{"acl_others", "b36 b123 b124 b125 b126", said, said,
		"RFC 2342, section 5", "Without ACL it has no namespace of others: the names are the account's own. Here they lead to the others, told or not."},
	{"acl_others", "b37 b113 b114", "NO", "NO [TRYCREATE]",
		"RFC 3501, section 6.3.11", "The same."},
	{"metadata", "a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15 a16 a17 a18 a19 a20 a21 a22 a23 a24 a25 a26 a27 a28 a29 a30 a31 a32 a33 a34", said, said,
		"RFC 5464, section 4.2", "METADATA that is switched off is refused as such; here the command is unknown, and twenty of those end the connection."},
	{"metadata_bad", "a21 a22 a23", said, said,
		"RFC 5464, section 4.2", "The same."},
	{"metadata_server", "a1 a2 a3 a4 a5 a6", "BAD", "NO [CANNOT]",
		"RFC 5464, section 4.2", "The same."},
}
