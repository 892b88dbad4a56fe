const Handlebars = require("handlebars");

Handlebars.registerHelper("loud", (text) => text.toUpperCase());
const render = Handlebars.compile(
  "{{#each people}}{{@index}} {{loud name}} {{#if admin}}*{{/if}}\n{{/each}}{{{raw}}} {{raw}}",
);
console.log(render({ people: [{ name: "ann", admin: true }, { name: "bob" }], raw: "<b>" }));
