import bcrypt from "bcryptjs";

const hash = bcrypt.hashSync("secret", "$2b$04$abcdefghijklmnopqrstuu");
console.log(hash, bcrypt.compareSync("secret", hash), await bcrypt.compare("other", hash));
const salted = await bcrypt.hash("secret", 4);
console.log(salted.length, bcrypt.getRounds(salted), await bcrypt.compare("secret", salted));
