// Server runs a mailtest server on its own, for clients in any language:
//
//	go run ./examples/server -imap 127.0.0.1:1143 -user alice:secret -mail ./mail -v
//
// When it is ready it prints one line an address, "imap 127.0.0.1:1143". An
// interrupt ends it.
//
// With -page 127.0.0.1:8025 a browser shows there what clients do, and tests in any
// language have what a test in Go has, as JSON: api/API.md says how.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/go-mailtest/mailtest/examples/server/api"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/provider"
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
	page, public, health        string
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
	set.StringVar(&f.profile, "profile", imaptest.Everything.String(), "play this server, or that of a profile file: "+profileNames())
	set.StringVar(&f.page, "page", "", "serve a page for people and the API for tests on this loopback `address`")
	set.StringVar(&f.public, "public", "", "let all addresses be other than loopback ones; who asks -page must say this `token`")
	set.StringVar(&f.health, "health", "", "start nothing, but ask a server whose page is at this `address` whether it is well")
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
	for _, p := range profiles() {
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
	if f.imap != "" && f.public == "" {
		opts = append(opts, imaptest.ListenOn(f.imap))
	}
	if f.imaps != "" && f.public == "" {
		opts = append(opts, imaptest.ListenTLSOn(f.imaps))
	}
	if f.verbose {
		opts = append(opts, imaptest.WithLog(stderr))
	}
	return append(opts, imaptest.WithSMTP(f.smtpOptions()...)), nil
}

func (f *flags) smtpOptions() (opts []smtpsink.Option) {
	if f.smtp != "" && f.public == "" {
		opts = append(opts, smtpsink.ListenOn(f.smtp))
	}
	if f.smtps != "" && f.public == "" {
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

// profiles are those that have a name: the servers that are nobody's, and the providers.
func profiles() []imaptest.Profile { return append(imaptest.Profiles(), provider.All()...) }

// findProfile takes a name, or else reads a file.
func (f *flags) findProfile() (imaptest.Profile, error) {
	for _, p := range profiles() {
		if strings.EqualFold(p.String(), f.profile) {
			return p, nil
		}
	}
	if _, err := os.Stat(f.profile); err != nil {
		return imaptest.Profile{}, fmt.Errorf("no profile %q, and no file of that name (have %s)", f.profile, profileNames())
	}
	return provider.Catalogue().ReadFile(f.profile)
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f, err := parseFlags(args, stderr)
	if err != nil {
		return err
	}
	if f.health != "" {
		return probe(ctx, f.health)
	}
	opts, err := f.options(stderr)
	if err != nil {
		return err
	}
	door, err := api.Start(opts...)
	if err != nil {
		return err
	}
	var all listeners
	addrs, err := f.listen(&all, door)
	if err == nil && f.ca != "" {
		err = os.WriteFile(f.ca, door.Server().CAPEM(), 0o644)
	}
	if err == nil {
		fmt.Fprint(stdout, addrs)
		<-ctx.Done()
	}
	all.close()
	return errors.Join(err, door.Close())
}

// listen opens what is asked for besides the server's own ports, and says where all are.
func (f *flags) listen(all *listeners, door *api.API) (addrs string, err error) {
	srv := door.Server()
	var reached api.Addresses
	for _, row := range []struct {
		name, public, own string
		reached           *string
	}{
		{"imap", f.imap, srv.Addr(), &reached.IMAP},
		{"imaps", f.imaps, srv.TLSAddr(), &reached.IMAPS},
		{"smtp", f.smtp, srv.SMTPAddr(), &reached.SMTP},
		{"smtps", f.smtps, srv.SMTP().TLSAddr(), &reached.SMTPS},
	} {
		*row.reached = row.own
		if f.public != "" && row.public != "" {
			if *row.reached, err = all.forward(row.public, row.own); err != nil {
				return "", err
			}
		}
		addrs += row.name + " " + *row.reached + "\n"
	}
	door.ReachedAt(reached)
	if f.page != "" {
		addr, err := all.serve(f.page, f.public, door)
		if err != nil {
			return "", err
		}
		addrs += "page http://" + addr + "/\n"
	}
	return addrs, nil
}
