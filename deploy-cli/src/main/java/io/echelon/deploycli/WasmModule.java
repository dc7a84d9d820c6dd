package io.echelon.deploycli;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a WebAssembly module imports and exports, read from its bytes. Nothing is executed or
 * compiled; a node does that.
 *
 * @param imports names of the modules it imports from
 * @param exports names of what it exports
 */
record WasmModule(Set<String> imports, Set<String> exports) {
    private static final byte[] MODULE = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final byte[] COMPONENT = {0, 'a', 's', 'm', 0x0d, 0, 1, 0};
    private static final int IMPORT_SECTION = 2;
    private static final int EXPORT_SECTION = 7;
    private static final int LAST_SECTION = 13;
    private static final String WASI = "wasi_snapshot_preview1";

    /** Reads a file's content; the name is for error messages. */
    static WasmModule parse(String name, byte[] bytes) {
        if (bytes.length >= 8 && Arrays.equals(bytes, 0, 8, COMPONENT, 0, 8)) {
            throw refuse(
                    name,
                    "is a WebAssembly component; build a WASI preview 1 module (target wasm32-wasip1)");
        }
        if (bytes.length < 8 || !Arrays.equals(bytes, 0, 8, MODULE, 0, 8)) {
            throw refuse(
                    name,
                    "is not a WebAssembly module: it does not begin with \\0asm and version 1");
        }
        Reader reader = new Reader(name, bytes, 8, bytes.length);
        Set<String> imports = new LinkedHashSet<>();
        Set<String> exports = new LinkedHashSet<>();
        while (reader.hasMore()) {
            int at = reader.position;
            int id = reader.octet();
            int size = reader.number();
            if (id > LAST_SECTION) {
                throw refuse(
                        name, "is corrupt: there is no section %d (at byte %d)".formatted(id, at));
            }
            Reader section = reader.part(size);
            switch (id) {
                case IMPORT_SECTION -> readImports(section, imports);
                case EXPORT_SECTION -> readExports(section, exports);
                default -> section.skip(size);
            }
        }
        return new WasmModule(imports, exports);
    }

    /** Refuses a module that is no WASI preview 1 command. */
    void requireCommand(String name) {
        for (String module : imports) {
            if (!module.equals(WASI)) {
                throw refuse(
                        name,
                        "imports from \"%s\", which is not there; a WASI command imports from %s only"
                                .formatted(module, WASI));
            }
        }
        if (!exports.contains("_start")) {
            throw refuse(
                    name,
                    "is no WASI command: it does not export _start. Build a command (not a reactor or a library), or import it from JavaScript");
        }
    }

    private static void readImports(Reader section, Set<String> imports) {
        for (int left = section.number(); left > 0; left--) {
            imports.add(section.text());
            section.text();
            switch (section.octet()) {
                case 0 -> section.number();
                case 1 -> {
                    section.octet();
                    section.limits();
                }
                case 2 -> section.limits();
                case 3 -> section.skip(2);
                case 4 -> {
                    section.octet();
                    section.number();
                }
                default -> throw section.corrupt("an import is of no known kind");
            }
        }
    }

    private static void readExports(Reader section, Set<String> exports) {
        for (int left = section.number(); left > 0; left--) {
            exports.add(section.text());
            section.octet();
            section.number();
        }
    }

    private static CliException refuse(String name, String what) {
        return new CliException(ExitCode.FAILED, name + " " + what);
    }

    /** Reads the binary format, never beyond an end. */
    private static final class Reader {
        private final String name;
        private final byte[] bytes;
        private final int end;
        private int position;

        Reader(String name, byte[] bytes, int position, int end) {
            this.name = name;
            this.bytes = bytes;
            this.position = position;
            this.end = end;
        }

        boolean hasMore() {
            return position < end;
        }

        int octet() {
            if (position >= end) {
                throw corrupt("it ends too early");
            }
            return bytes[position++] & 0xff;
        }

        /** An unsigned LEB128 number of at most 32 bits, which must fit an int. */
        int number() {
            long value = 0;
            for (int shift = 0; shift < 35; shift += 7) {
                int next = octet();
                value |= (long) (next & 0x7f) << shift;
                if (next < 0x80) {
                    if (value > Integer.MAX_VALUE) {
                        throw corrupt("a size is too large");
                    }
                    return (int) value;
                }
            }
            throw corrupt("a number has too many bytes");
        }

        /** A table's or memory's limits, whose numbers may have 64 bits. */
        void limits() {
            int flags = octet();
            skipNumber();
            if ((flags & 1) != 0) {
                skipNumber();
            }
        }

        private void skipNumber() {
            for (int i = 0; i < 10; i++) {
                if (octet() < 0x80) {
                    return;
                }
            }
            throw corrupt("a number has too many bytes");
        }

        String text() {
            int length = number();
            int from = position;
            skip(length);
            return new String(bytes, from, length, StandardCharsets.UTF_8);
        }

        void skip(int count) {
            if (count > end - position) {
                throw corrupt("it ends too early");
            }
            position += count;
        }

        Reader part(int size) {
            int from = position;
            skip(size);
            return new Reader(name, bytes, from, from + size);
        }

        CliException corrupt(String why) {
            return refuse(name, "is corrupt: %s (at byte %,d)".formatted(why, position));
        }
    }
}
