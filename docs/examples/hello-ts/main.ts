// Answers GET /?name=Ada with a greeting. Every request gets an isolate of its own.
let served = 0;

export default {
  fetch(request: Request): Response {
    const name: string = new URL(request.url).searchParams.get("name") ?? "world";
    served += 1;
    return new Response(`Hello, ${name}! This isolate has served ${served} request.\n`, {
      headers: { "content-type": "text/plain; charset=utf-8" },
    });
  },
};
