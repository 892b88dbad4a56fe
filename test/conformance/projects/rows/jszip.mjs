import JSZip from "jszip";

const zip = new JSZip();
zip
  .file("a.txt", "hello ".repeat(1000))
  .folder("d")
  .file("b.bin", Buffer.from([1, 2, 3]));
const bytes = await zip.generateAsync({ type: "nodebuffer", compression: "DEFLATE" });
const read = await JSZip.loadAsync(bytes);
console.log(
  Object.keys(read.files),
  (await read.file("a.txt").async("string")).length,
  await read.file("d/b.bin").async("nodebuffer"),
  bytes.length < 600,
);
