package browser

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"image"
	"image/color"
	_ "image/png"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/internal/interop/program"
	"github.com/go-mailtest/mailtest/internal/report"
)

// Firefox opens a report, and mail asks for nothing there either; in a sandbox alone, which
// forbids no images, it does.
func TestFirefox(t *testing.T) {
	t.Run("control", func(t *testing.T) {
		e := listen(t)
		firefoxOpens(t, e, write(t, []byte(`<!doctype html><iframe sandbox srcdoc="`+html.EscapeString(attack)+`"></iframe>`)))
		if heard := e.all(); len(heard) < 5 {
			t.Errorf("asked for less than what nobody forbids:\n%s", strings.Join(heard, "\n"))
		}
	})
	t.Run("report", func(t *testing.T) {
		e := listen(t)
		picture := firefoxOpens(t, e, file(t, hostile(t), report.Options{})+"#c5,m=INBOX/1,html")
		if heard := e.all(); len(heard) > 0 {
			t.Errorf("the page asked for\n%s", strings.Join(heard, "\n"))
		}
		if size := picture.Bounds().Size(); size != image.Pt(1280, 900) {
			t.Errorf("a picture of %v", size)
		}
		if n := len(coloursOf(picture)); n < 20 {
			t.Errorf("a picture of %d colours: the page is empty", n)
		}
	})
}

// firefoxOpens lets Firefox take a picture of a page.
func firefoxOpens(t *testing.T, e *ear, address string) image.Image {
	t.Helper()
	path := program.Need(t, firefox)
	dir := t.TempDir()
	profile := filepath.Join(dir, "profile")
	if err := os.Mkdir(profile, 0o755); err != nil {
		t.Fatal(err)
	}
	host, port, err := net.SplitHostPort(e.addr)
	if err != nil {
		t.Fatal(err)
	}
	settings := fmt.Sprintf(`user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", %[1]q);
user_pref("network.proxy.http_port", %[2]s);
user_pref("network.proxy.ssl", %[1]q);
user_pref("network.proxy.ssl_port", %[2]s);
user_pref("network.proxy.allow_hijacking_localhost", true);
`, host, port)
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(settings), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	file := filepath.Join(dir, "picture.png")
	cmd := exec.CommandContext(ctx, path, "--headless", "--no-remote", "--profile", profile, "--window-size", "1280,900", "--screenshot", file, address)
	cmd.Env = append(os.Environ(), "HOME="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if *shots != "" {
		if err := os.WriteFile(filepath.Join(*shots, "firefox-"+filepath.Base(t.Name())+".png"), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// coloursOf are the colours of a picture.
func coloursOf(picture image.Image) []color.RGBA {
	seen := make(map[color.RGBA]bool)
	var out []color.RGBA
	for y := picture.Bounds().Min.Y; y < picture.Bounds().Max.Y; y++ {
		for x := picture.Bounds().Min.X; x < picture.Bounds().Max.X; x++ {
			c := color.RGBAModel.Convert(picture.At(x, y)).(color.RGBA)
			if !seen[c] {
				seen[c] = true
				out = append(out, c)
			}
		}
	}
	return out
}
