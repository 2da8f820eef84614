// Server runs a mailtest server on its own, for clients in any language:
//
//	go run ./examples/server -imap 127.0.0.1:1143 -user alice:secret -mail ./mail -v
//
// When it is ready it prints one line an address, "imap 127.0.0.1:1143". An
// interrupt ends it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if err != flag.ErrHelp {
			fmt.Fprintln(os.Stderr, "server:", err)
		}
		os.Exit(2)
	}
}

// flags are the command line.
type flags struct {
	imap, imaps, smtp, smtps    string
	users                       []user
	mail, ca, profile, catchAll string
	startTLS, verbose           bool
}

// user is one -user NAME:PASSWORD.
type user struct{ name, password string }

func parseFlags(args []string, stderr io.Writer) (*flags, error) {
	f := &flags{}
	set := flag.NewFlagSet("server", flag.ContinueOnError)
	set.SetOutput(stderr)
	set.StringVar(&f.imap, "imap", "", "listen for IMAP on this loopback `address` (default an ephemeral port)")
	set.StringVar(&f.imaps, "imaps", "", "listen for IMAP over TLS on this loopback `address` (default an ephemeral port)")
	set.StringVar(&f.smtp, "smtp", "", "listen for SMTP on this loopback `address` (default an ephemeral port)")
	set.StringVar(&f.smtps, "smtps", "", "listen for SMTP over TLS on this loopback `address` (default an ephemeral port)")
	set.BoolVar(&f.startTLS, "starttls", false, "offer STARTTLS on the SMTP port")
	set.StringVar(&f.catchAll, "catch-all", "", "file mail for unknown recipients into this `account`, in place of refusing it")
	set.Func("user", "add the account `name:password`; may be repeated (default user:password)", func(s string) error {
		name, password, ok := strings.Cut(s, ":")
		if !ok || name == "" {
			return fmt.Errorf("want name:password")
		}
		f.users = append(f.users, user{name, password})
		return nil
	})
	set.StringVar(&f.mail, "mail", "", "seed the first account, or those of accounts.txt, from this `folder`")
	set.StringVar(&f.ca, "ca", "", "write the certificate authority (PEM) to this `file`")
	set.StringVar(&f.profile, "profile", imaptest.Everything.String(), "play this server: "+profileNames())
	set.BoolVar(&f.verbose, "v", false, "print the live transcript")
	if err := set.Parse(args); err != nil {
		return nil, err
	}
	if set.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", set.Arg(0))
	}
	return f, nil
}

func profileNames() string {
	var names []string
	for _, p := range imaptest.Profiles() {
		names = append(names, p.String())
	}
	return strings.Join(names, ", ")
}

// options turns the command line into those of imaptest.
func (f *flags) options(stderr io.Writer) ([]imaptest.Option, error) {
	profile, err := f.findProfile()
	if err != nil {
		return nil, err
	}
	opts := []imaptest.Option{profile}
	for _, u := range f.users {
		opts = append(opts, imaptest.WithUser(u.name, u.password))
	}
	if f.mail != "" {
		opts = append(opts, imaptest.WithMail(os.DirFS(f.mail)))
	}
	if f.imap != "" {
		opts = append(opts, imaptest.ListenOn(f.imap))
	}
	if f.imaps != "" {
		opts = append(opts, imaptest.ListenTLSOn(f.imaps))
	}
	if f.verbose {
		opts = append(opts, imaptest.WithLog(stderr))
	}
	return append(opts, imaptest.WithSMTP(f.smtpOptions()...)), nil
}

func (f *flags) smtpOptions() (opts []smtpsink.Option) {
	if f.smtp != "" {
		opts = append(opts, smtpsink.ListenOn(f.smtp))
	}
	if f.smtps != "" {
		opts = append(opts, smtpsink.ListenTLSOn(f.smtps))
	}
	if f.startTLS {
		opts = append(opts, smtpsink.StartTLS())
	}
	if f.catchAll != "" {
		opts = append(opts, smtpsink.CatchAll(f.catchAll))
	}
	return opts
}

func (f *flags) findProfile() (imaptest.Profile, error) {
	for _, p := range imaptest.Profiles() {
		if strings.EqualFold(p.String(), f.profile) {
			return p, nil
		}
	}
	return 0, fmt.Errorf("no profile %q (have %s)", f.profile, profileNames())
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f, err := parseFlags(args, stderr)
	if err != nil {
		return err
	}
	opts, err := f.options(stderr)
	if err != nil {
		return err
	}
	srv, err := imaptest.New(opts...)
	if err != nil {
		return err
	}
	if f.ca != "" {
		if err := os.WriteFile(f.ca, srv.CAPEM(), 0o644); err != nil {
			srv.Close()
			return err
		}
	}
	fmt.Fprintf(stdout, "imap %s\nimaps %s\nsmtp %s\nsmtps %s\n", srv.Addr(), srv.TLSAddr(), srv.SMTPAddr(), srv.SMTP().TLSAddr())
	<-ctx.Done()
	return srv.Close()
}
