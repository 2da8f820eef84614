package main

import (
	"encoding/json"
	"go/version"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// instructions are those of the Containerfile, as words: the build's, and the image's.
func instructions(t *testing.T) (build, image [][]string) {
	t.Helper()
	text, err := os.ReadFile("Containerfile")
	if err != nil {
		t.Fatal(err)
	}
	stages := 0
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "#":
			continue
		case words[0] == "FROM":
			stages++
		}
		if stages == 1 {
			build = append(build, words)
		} else {
			image = append(image, words)
		}
	}
	if stages != 2 {
		t.Fatalf("%d stages, want 2", stages)
	}
	return build, image
}

// argsOf are the arguments of the program in an instruction, "ENTRYPOINT [...]".
func argsOf(t *testing.T, words []string) []string {
	t.Helper()
	var args []string
	if _, list, _ := strings.Cut(strings.Join(words, " "), "["); json.Unmarshal([]byte("["+list), &args) != nil || len(args) == 0 || args[0] != "/server" {
		t.Fatalf("%q is no call of the program", words)
	}
	return args[1:]
}

// What is copied into the build is there, and all that the program is made of is copied; the
// compiler is new enough.
func TestContainerfileBuilds(t *testing.T) {
	build, _ := instructions(t)
	var copied []string
	for _, words := range build {
		switch words[0] {
		case "FROM":
			mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
			if err != nil {
				t.Fatal(err)
			}
			wants, has := regexp.MustCompile(`(?m)^go (\S+)$`).FindStringSubmatch(string(mod))[1], words[1][strings.LastIndex(words[1], ":")+1:]
			if version.Compare("go"+has, version.Lang("go"+wants)) < 0 {
				t.Errorf("it builds with Go %s, and go.mod wants %s", has, wants)
			}
		case "COPY":
			from, to := words[1:len(words)-1], words[len(words)-1]
			for _, name := range from {
				if _, err := os.Stat(filepath.Join(root, name)); err != nil {
					t.Error(err)
				}
				if to != "./" && to != name {
					t.Errorf("%s is copied to %s", name, to)
				}
			}
			copied = append(copied, from...)
		}
	}
	for _, name := range []string{"go.mod", "go.sum", "fixtures", "imaptest", "internal", "memstore", "smtpsink", "examples/server"} {
		if !slices.Contains(copied, name) {
			t.Errorf("%s is not copied", name)
		}
	}
}

// The image runs the program with flags that it has, as somebody who is not the superuser, on
// the ports that it says; and can be asked whether it is well.
func TestContainerfileRuns(t *testing.T) {
	_, image := instructions(t)
	var exposed, ports []string
	var user, probed string
	for _, words := range image {
		switch words[0] {
		case "USER":
			user = words[1]
		case "EXPOSE":
			exposed = words[1:]
		case "HEALTHCHECK":
			f, err := parseFlags(argsOf(t, words[1:]), io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			_, probed, _ = net.SplitHostPort(f.health)
		case "ENTRYPOINT":
			f, err := parseFlags(append(argsOf(t, words), "-public", "t"), io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			for _, addr := range []string{f.page, f.imap, f.imaps, f.smtp, f.smtps} {
				host, port, err := net.SplitHostPort(addr)
				if err != nil || host != "0.0.0.0" || len(port) < 4 {
					t.Errorf("it listens on %q, want a port from 1024 on, of all addresses", addr)
				}
				ports = append(ports, port)
			}
		}
	}
	if !slices.Equal(exposed, ports) || len(ports) == 0 || probed != ports[0] {
		t.Errorf("it says %v, listens on %v, and is asked at %q", exposed, ports, probed)
	}
	if ok, _ := regexp.MatchString(`^[1-9]\d*:[1-9]\d*$`, user); !ok {
		t.Errorf("it runs as %q, want numbers: there are no names in the image", user)
	}
}

// -health asks a server whether it is well: with a token it is, too.
func TestHealth(t *testing.T) {
	for _, args := range [][]string{{"-page", "127.0.0.1:0"}, {"-page", "127.0.0.1:0", "-public", "s3cret"}} {
		addrs := startServer(t, io.Discard, args...)
		addr := strings.TrimSuffix(strings.TrimPrefix(addrs["page"], "http://"), "/")
		if err := run(t.Context(), []string{"-health", addr}, io.Discard, io.Discard); err != nil {
			t.Error(err)
		}
		if err := run(t.Context(), []string{"-health", addrs["imap"]}, io.Discard, io.Discard); err == nil {
			t.Error("the IMAP port is well")
		}
	}
	if err := run(t.Context(), []string{"-health", freePort(t)}, io.Discard, io.Discard); err == nil {
		t.Error("what is not there is well")
	}
}
