import * as cheerio from "cheerio";

const $ = cheerio.load('<ul><li class="a">One</li><li>Two<li>Three</ul>');
$("li.a").addClass("b").after("<li>Between</li>");
console.log(
  $.html("ul"),
  $("li")
    .map((_, node) => $(node).text())
    .get(),
  $("li").length,
);
