package browser

import (
	"bytes"
	"cmp"
	"flag"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

var pictures = flag.String("pictures", "", "write the pictures of the README into this folder")

// readmePictures are the reports that the README shows, by their files in examples.
var readmePictures = []struct{ file, test, scheme string }{
	{"report.png", "TestMarkReadUnderARace", "light"},
	{"report-dark.png", "TestNewsletterDoesNotBounce", "dark"},
}

// The README shows two reports of tests that fail, in pictures that are small.
func TestPictures(t *testing.T) {
	if *pictures != "" {
		takePictures(t, *pictures)
	}
	for _, p := range readmePictures {
		data, err := os.ReadFile(filepath.Join("../../../examples", p.file))
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if picture.Width != 1280 || len(data) > 100<<10 {
			t.Errorf("%s is %d wide and has %d bytes", p.file, picture.Width, len(data))
		}
	}
}

func takePictures(t *testing.T, dir string) {
	t.Helper()
	b := open(t)
	for _, p := range readmePictures {
		i := slices.IndexFunc(real, func(r realTest) bool { return r.name == p.test })
		b.run(emulation.SetDeviceMetricsOverride(1280, 890, 1, false),
			emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: p.scheme}}))
		b.visit(write(t, realReport(t, i)))
		if err := os.WriteFile(filepath.Join(dir, p.file), small(t, b.picture(false)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// small is a picture in the 256 colours that it has most of, as a PNG: what is drawn by a
// browser is flat, and looks the same.
func small(t *testing.T, picture image.Image) []byte {
	t.Helper()
	bounds := picture.Bounds()
	count := make(map[color.RGBA]int)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			count[color.RGBAModel.Convert(picture.At(x, y)).(color.RGBA)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int { return cmp.Compare(count[b], count[a]) })
	var palette color.Palette
	for _, c := range colours[:min(len(colours), 256)] {
		palette = append(palette, c)
	}
	out := image.NewPaletted(bounds, palette)
	index := make(map[color.RGBA]uint8)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			c := color.RGBAModel.Convert(picture.At(x, y)).(color.RGBA)
			i, known := index[c]
			if !known {
				i = uint8(palette.Index(c))
				index[c] = i
			}
			out.SetColorIndex(x, y, i)
		}
	}
	var data bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&data, out); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}
