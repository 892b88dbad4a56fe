import { writeFileSync } from "node:fs";
import ejs from "ejs";

writeFileSync("part.ejs", "<li><%= item %></li>");
writeFileSync(
  "page.ejs",
  "<ul><% items.forEach((item) => { %><%- include('part', { item }) %><% }) %></ul>\n",
);
console.log(await ejs.renderFile("page.ejs", { items: ["a", "<b>"] }));
try {
  ejs.render("<% if (x) { %>");
} catch (error) {
  console.log(error.name);
}
