import { z } from "zod";

const User = z.object({
  name: z.string().min(2),
  email: z.email(),
  age: z.number().int().positive().optional(),
  tags: z.array(z.enum(["a", "b"])).default([]),
});
console.log(User.parse({ name: "Ann", email: "ann@example.org" }));
const bad = User.safeParse({ name: "A", email: "nobody", tags: ["c"] });
console.log(
  bad.success,
  bad.error.issues.map(({ path, code, message }) => [path.join("."), code, message]),
);
console.log(z.toJSONSchema(User));
console.log(
  z
    .string()
    .transform((text) => text.length)
    .pipe(z.number().max(3))
    .safeParse("four").success,
);
