// A small web application on Hono: routes, parameters, middleware, JSON and pages of JSX.
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { Page } from "./page.tsx";

const books = new Map([
  ["1", { title: "The Art of Computer Programming", year: 1968 }],
  ["2", { title: "Structure and Interpretation of Computer Programs", year: 1985 }],
]);

const app = new Hono();

app.use(async (context, next) => {
  await next();
  context.header("x-powered-by", "hono");
});

app.get("/", (context) => context.html(<Page titles={[...books.values()].map((book) => book.title)} />));

app.get("/books", (context) => context.json(Object.fromEntries(books)));

app.get("/books/:id", (context) => {
  const book = books.get(context.req.param("id"));
  if (!book) {
    throw new HTTPException(404, { message: "There is no such book" });
  }
  return context.json(book);
});

app.post("/echo", async (context) => context.json(await context.req.json()));

export default app;
