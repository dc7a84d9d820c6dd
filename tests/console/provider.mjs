// An OpenID provider for the tests of the console: whoever types a name is that person, with a verified address.
// Prints its issuer when it is ready, and ends when its standard input does.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [clientId, clientSecret] = process.argv.slice(2);
const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        application_type: "native", // any port of this machine
        redirect_uris: ["http://127.0.0.1/sign-in/callback"],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    pkce: { required: () => true },
    findAccount: (_context, name) => ({
      accountId: name,
      claims: () => ({ sub: name, email: `${name}@acme.example`, email_verified: name !== "eve" }),
    }),
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
