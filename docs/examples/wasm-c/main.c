// A WASI command in the manner of CGI: the request is in the environment and on the standard input,
// the response is what is written to the standard output. `./build` makes main.wasm of it.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void put_bytes(const char *bytes, size_t left) {
    while (left > 0) {
        ssize_t written = write(STDOUT_FILENO, bytes, left);
        if (written <= 0) {
            exit(1);
        }
        bytes += written;
        left -= (size_t)written;
    }
}

static void put(const char *text) {
    put_bytes(text, strlen(text));
}

static const char *variable(const char *name) {
    const char *value = getenv(name);
    return value == NULL ? "" : value;
}

int main(void) {
    const char *query = variable("QUERY_STRING");

    put("Status: 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nX-Language: C\r\n\r\n");
    put("Hello from C: ");
    put(variable("REQUEST_METHOD"));
    put(" ");
    put(variable("PATH_INFO"));
    if (*query != '\0') {
        put("?");
        put(query);
    }
    put("\n");

    char buffer[4096];
    ssize_t length;
    while ((length = read(STDIN_FILENO, buffer, sizeof buffer)) > 0) {
        put_bytes(buffer, (size_t)length);
    }
    return 0;
}
