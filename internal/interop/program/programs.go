package program

// daemonDirs are those of daemons, which are often not in PATH.
var daemonDirs = []string{"/usr/sbin", "/usr/local/sbin"}

// The programs that tests are held against.
var (
	// Swaks is a Perl script that goes without what it does not find.
	Swaks = Program{Name: "swaks", Probe: []string{"--support"}, Shows: []string{"TLS supported", "AUTH CRAM-MD5 supported"}}

	MSMTP = Program{Name: "msmtp", Probe: []string{"--version"}, Shows: []string{
		"TLS/SSL library: [GO]", `methods:\s(?s:.*)scram-sha-1\b`, `methods:\s(?s:.*)scram-sha-256\b`, `methods:\s(?s:.*)cram-md5\b`,
		`methods:\s(?s:.*)oauthbearer\b`, `methods:\s(?s:.*)xoauth2\b`,
	}}

	// Nodemailer is a module of Node, which finds it through NODE_PATH.
	Nodemailer = Program{Name: "node", Probe: []string{"-e", "require('nodemailer')"}}

	// ImapFlow is a module of Node too.
	ImapFlow = Program{Name: "node", Probe: []string{"-e", "require('imapflow')"}}

	// Dovecot is of the generation that the tables of differences speak of.
	Dovecot = Program{Name: "dovecot", Dirs: daemonDirs, Probe: []string{"--version"}, Shows: []string{`(?m)^2\.3\.`}}

	// Doveadm is Dovecot's tool. It lists its schemes of passwords.
	Doveadm = Program{Name: "doveadm", Dirs: []string{"/usr/bin", "/usr/local/bin"}, Probe: []string{"-c", "/dev/null", "pw", "-l"}, Shows: []string{"SHA256"}}

	Mbsync = Program{Name: "mbsync", Probe: []string{"--version"}, Shows: []string{`isync \d`}}

	// InterIMAP is a Perl script that loads some of its modules when it needs them.
	InterIMAP = Program{Name: "interimap", Probe: []string{"--version"}, Shows: []string{`interimap version \d`}}
)

// Python is an interpreter that has these modules.
func Python(modules ...string) Program {
	p := Program{Name: "python3", Probe: []string{"-c", ""}}
	for _, module := range modules {
		p.Probe[1] += "import " + module + "\n"
	}
	return p
}

// Perl is an interpreter that has these modules.
func Perl(modules ...string) Program {
	p := Program{Name: "perl"}
	for _, module := range modules {
		p.Probe = append(p.Probe, "-M"+module)
	}
	p.Probe = append(p.Probe, "-e", "0")
	return p
}
