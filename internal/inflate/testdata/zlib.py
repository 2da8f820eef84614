# zlib, asked from outside: one JSON request a line, and one answer.
#
# {"texts": […], "level": n, "strategy": "Z_…", "flush": "Z_…"} compresses the texts,
# each with a flush behind it, and ends the stream: {"parts": […]}, the end is the last.
#
# {"stream": …} decompresses a stream byte by byte: {"sizes": […]}, how much has come out
# after each byte up to the one that is wrong, {"out": …}, {"end": "more", "done" or "wrong"}.
import base64, json, sys, zlib


def deflate(request):
    z = zlib.compressobj(request["level"], zlib.DEFLATED, -15, 8, getattr(zlib, request["strategy"]))
    parts = []
    for text in request["texts"]:
        part = z.compress(base64.b64decode(text))
        parts.append(part + z.flush(getattr(zlib, request["flush"])))
    parts.append(z.flush(zlib.Z_FINISH))
    return {"parts": [base64.b64encode(part).decode() for part in parts]}


def inflate(request):
    z = zlib.decompressobj(-15)
    out, sizes, end = b"", [], "more"
    for byte in base64.b64decode(request["stream"]):
        try:
            out += z.decompress(bytes([byte]))
        except zlib.error:
            end = "wrong"
            break
        sizes.append(len(out))
        if z.eof:
            end = "done"
            break
    return {"sizes": sizes, "out": base64.b64encode(out).decode(), "end": end}


for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps((deflate if "texts" in request else inflate)(request)), flush=True)
