package provider_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/provider"
	"github.com/go-mailtest/mailtest/internal/imapd"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// PROVIDERS.md is what the code says.
func TestTables(t *testing.T) {
	want := tables()
	if *update {
		if err := os.WriteFile("PROVIDERS.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("PROVIDERS.md")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(got), "\n"), strings.Split(want, "\n")); diff != "" {
		t.Errorf("PROVIDERS.md (-) is not what the code says (+); go test ./imaptest/provider -run TestTables -update\n%s", diff)
	}
}

func tables() string {
	var sb strings.Builder
	sb.WriteString(`# Providers

The profiles and quirks of package provider, and what a profile or a quirk of one's own can
say. This file is made from the code (` + "`go test ./imaptest/provider -run TestTables -update`" + `), and a
test holds it to it. Nothing here is a judgement of a provider: it is what was seen, when it was.

## Profiles

| profile | is | seen | greeting |
|---|---|---|---|
`)
	for _, p := range provider.All() {
		s := p.Spec()
		fmt.Fprintf(&sb, "| %s | %s | %s | `%s` |\n", s.Name, s.Title, s.Seen, cell(s.Greeting))
	}
	sb.WriteString(`
## Capabilities

After login: ● it is shown and works, ○ it is shown and does not, ◌ it works and is not shown.
Mechanisms are those before login.

`)
	writeCaps(&sb)
	sb.WriteString(`
## Quirks

One that is a fault is forbidden by the protocol.

| quirk | what it does | fault | profiles | known from |
|---|---|---|---|---|
`)
	for _, q := range provider.Quirks() {
		var who []string
		for _, p := range provider.All() {
			if slices.ContainsFunc(p.Spec().Quirks, func(have imaptest.Quirk) bool { return have.Name == q.Name }) {
				who = append(who, p.Name())
			}
		}
		fault := ""
		if q.Fault {
			fault = "yes"
		}
		fmt.Fprintf(&sb, "| %s | %s | %s | %s | %s |\n", q.Name, cell(q.Doc), fault, strings.Join(who, ", "), cell(strings.Join(q.Sources, "; ")))
	}
	writeEvents(&sb)
	return sb.String()
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// writeCaps writes a row a capability, a column a profile.
func writeCaps(sb *strings.Builder) {
	rows := map[string]map[string]string{}
	note := func(word, profile, mark string) {
		if rows[word] == nil {
			rows[word] = map[string]string{}
		}
		rows[word][profile] = mark
	}
	for _, p := range provider.All() {
		c := p.Spec().Caps
		after := c.AfterLogin
		if after == "" {
			after = c.BeforeLogin
		}
		words := strings.Fields(after)
		for word := range strings.FieldsSeq(c.BeforeTLS + " " + c.BeforeLogin) {
			if strings.HasPrefix(word, "AUTH=") || word == "STARTTLS" || word == "LOGINDISABLED" {
				words = append(words, word)
			}
		}
		for _, word := range words {
			mark := "●"
			if slices.Contains(c.Ornaments, word) || slices.Contains(c.Dead, imap.Cap(word)) {
				mark = "○"
			}
			name, _, valued := strings.Cut(word, "=")
			if valued && slices.Contains([]string{"APPENDLIMIT", "MESSAGELIMIT", "RIGHTS"}, name) {
				word = name
			}
			note(word, p.Name(), mark)
		}
		for _, name := range c.Works {
			note(string(name), p.Name(), "◌")
		}
	}
	sb.WriteString("| |")
	for _, p := range provider.All() {
		sb.WriteString(" " + p.Name() + " |")
	}
	sb.WriteString("\n|---|" + strings.Repeat("---|", len(provider.All())) + "\n")
	for _, word := range slices.Sorted(maps.Keys(rows)) {
		sb.WriteString("| " + word + " |")
		for _, p := range provider.All() {
			sb.WriteString(" " + rows[word][p.Name()] + " |")
		}
		sb.WriteString("\n")
	}
}

// writeEvents writes what texts, gates, items and tellings can be about.
func writeEvents(sb *strings.Builder) {
	sb.WriteString(`
## Events

What a text can be for, and what is said without one; the server itself says nothing of the
events without an answer, but a gate can: {append.failed} is the text of the profile. Placeholders that all have are {text} and
{code} (what would be said, and its response code with a space, or nothing), {line} (the whole of it,
in a quirk), {command}, {verb}, {mailbox}, {user}, {capabilities}, {peer}, {host}, {id}, {uuid}, {conn},
{date}, {n}, {ms}, {secs}, and {sp}, a space at the end of a line.

| event | is answered | placeholders besides |
|---|---|---|
`)
	for _, e := range imapd.Events() {
		values := ""
		for _, name := range e.Values {
			values += "{" + name + "} "
		}
		answer := ""
		if e.Answer != "" {
			answer = "`" + cell(e.Answer) + "`"
		}
		fmt.Fprintf(sb, "| %s | %s | %s |\n", e.Event, answer, strings.TrimSpace(values))
	}
	sb.WriteString("\n## What a TellAct does\n\n| how | |\n|---|---|\n")
	tellings := imapd.Tellings()
	for _, name := range slices.Sorted(maps.Keys(tellings)) {
		fmt.Fprintf(sb, "| %s | %s |\n", name, cell(tellings[name]))
	}
	sb.WriteString("\n## What an ItemAct writes\n\nBesides omit, twice, empty, nil, quoted, wrapped and unasked:\n\n| how | item |\n|---|---|\n")
	writers := imapd.ItemWriters()
	for _, name := range slices.Sorted(maps.Keys(writers)) {
		fmt.Fprintf(sb, "| %s | %s |\n", name, writers[name])
	}
}
