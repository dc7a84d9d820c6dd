package io.echelon.isolatepool.graal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a WebAssembly file imports and exports, read from its sections (WebAssembly Core 2.0,
 * chapter 5.5). A file that can't be read so has neither: the engine says what is wrong with it
 * when it is loaded.
 */
record WasmSections(int importCount, List<String> exportNames) {
    private static final int IMPORT_SECTION = 2;
    private static final int EXPORT_SECTION = 7;
    private static final byte[] MAGIC_AND_VERSION = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final int HEADER_BYTES = MAGIC_AND_VERSION.length;

    /** Whether a file begins as every WebAssembly 1 module does. */
    static boolean hasMagic(byte[] file) {
        return file.length >= HEADER_BYTES
                && Arrays.equals(file, 0, HEADER_BYTES, MAGIC_AND_VERSION, 0, HEADER_BYTES);
    }

    static WasmSections read(byte[] file) {
        int imports = 0;
        List<String> exports = new ArrayList<>();
        try {
            Reader reader = new Reader(file, HEADER_BYTES);
            while (reader.position < file.length) {
                int id = file[reader.position++];
                int length = reader.unsigned();
                int end = Math.addExact(reader.position, length);
                if (id == IMPORT_SECTION) {
                    imports = reader.unsigned();
                } else if (id == EXPORT_SECTION) {
                    readExports(reader, exports);
                }
                reader.position = end;
            }
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            return new WasmSections(1, List.of());
        }
        return new WasmSections(imports, List.copyOf(exports));
    }

    private static void readExports(Reader reader, List<String> exports) {
        int count = reader.unsigned();
        for (int i = 0; i < count; i++) {
            exports.add(reader.name());
            reader.position++; // the kind
            reader.unsigned(); // the index
        }
    }

    private static final class Reader {
        private final byte[] file;
        private int position;

        Reader(byte[] file, int position) {
            this.file = file;
            this.position = position;
        }

        /** An unsigned LEB128 number of at most 31 bits. */
        int unsigned() {
            long value = 0;
            for (int shift = 0; shift < 35; shift += 7) {
                byte next = file[position++];
                value |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return Math.toIntExact(value);
                }
            }
            throw new ArithmeticException("number too long");
        }

        String name() {
            int length = unsigned();
            String name = new String(file, position, length, StandardCharsets.UTF_8);
            position += length;
            return name;
        }
    }
}
