package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.FunctionImage;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.util.Objects;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.io.ByteSequence;

/** A revision whose entry is a WASI preview 1 command: parsed once, shared by all of its runs. */
final class WasiCode {
    private static final int PAGE_BYTES = 64 * 1024;

    private final FunctionImage image;
    private final Source main;
    private final Conduct conduct = new Conduct();

    WasiCode(FunctionImage image) {
        byte[] file = Objects.requireNonNull(image.files().get(image.main()), "the entry");
        if (!WasmSections.hasMagic(file)) {
            throw new EchelonException(
                    ErrorCode.STARTUP_FAILED,
                    "%s is not a WebAssembly file: it does not begin with \\0asm and version 1"
                            .formatted(image.main()));
        }
        WasmSections sections = WasmSections.read(file);
        if (!sections.exportNames().contains("_start")) {
            throw new EchelonException(
                    ErrorCode.STARTUP_FAILED,
                    "%s is not a WASI command: it exports no _start%s. Build it for wasm32-wasi as a program with main,"
                                    .formatted(
                                            image.main(),
                                            sections.exportNames().isEmpty()
                                                    ? ""
                                                    : " (only "
                                                            + String.join(
                                                                    ", ", sections.exportNames())
                                                            + ")")
                            + " or import it from JavaScript");
        }
        int maxPages = (int) (((long) image.limits().memoryMb() << 20) / PAGE_BYTES);
        byte[] bounded = WasmMemoryLimit.apply(file, maxPages);
        this.image = image;
        this.main =
                Source.newBuilder("wasm", ByteSequence.create(bounded), image.main())
                        .buildLiteral();
    }

    FunctionImage image() {
        return image;
    }

    Source main() {
        return main;
    }

    /** How long its turns are. */
    Conduct conduct() {
        return conduct;
    }

    long memoryBytes() {
        return (long) image.limits().memoryMb() << 20;
    }
}
