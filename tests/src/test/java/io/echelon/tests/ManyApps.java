package io.echelon.tests;

import io.echelon.tenants.BackupContents;
import io.echelon.tenants.BackupFrame;
import io.echelon.tenants.BackupReader;
import io.echelon.tenants.BackupWriter;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A program that makes a backup with many tenants of many apps out of one with a single app: every
 * row that names the tenant, or the tenant and the app, is repeated under names of the same length.
 * {@code tests/bench/many-apps} runs it. Arguments: the backup, the one to be made, tenants, apps
 * of each.
 */
final class ManyApps {
    private static final String TENANT = "bench-0000";
    private static final String APP = "app-00";
    private static final int FRAME_BYTES = 1 << 20;

    private ManyApps() {}

    public static void main(String... args) throws IOException {
        int tenants = Integer.parseInt(args[2]);
        int apps = Integer.parseInt(args[3]);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(Path.of(args[0])));
                OutputStream out =
                        new BufferedOutputStream(Files.newOutputStream(Path.of(args[1])))) {
            BackupReader reader = new BackupReader(in);
            Map<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);
            List<BackupFrame> others = new ArrayList<>();
            for (Optional<BackupFrame> frame = reader.next();
                    frame.isPresent();
                    frame = reader.next()) {
                if (frame.get().kind() == BackupFrame.Kind.ROWS) {
                    read(frame.get().payload(), rows);
                } else {
                    others.add(frame.get());
                }
            }
            repeat(rows, tenants, apps);
            BackupWriter writer = new BackupWriter(out, reader.head());
            for (byte[] payload : frames(rows)) {
                writer.write(new BackupFrame(BackupFrame.Kind.ROWS, payload));
            }
            for (BackupFrame other : others) {
                writer.write(other);
            }
            BackupContents contents = reader.contents();
            writer.end(contents);
            System.out.printf("%,d rows%n", rows.size());
        }
    }

    private static void read(byte[] payload, Map<byte[], byte[]> rows) {
        ByteBuffer in = ByteBuffer.wrap(payload);
        while (in.hasRemaining()) {
            byte[] key = new byte[in.getInt()];
            in.get(key);
            byte[] value = new byte[in.getInt()];
            in.get(value);
            rows.put(key, value);
        }
    }

    private static void repeat(Map<byte[], byte[]> rows, int tenants, int apps) {
        for (Map.Entry<byte[], byte[]> row : List.copyOf(rows.entrySet())) {
            String key = text(row.getKey());
            if (!key.contains(TENANT) || key.contains("audit") || key.contains("usage")) {
                continue;
            }
            boolean isOfApp = key.contains(APP) || text(row.getValue()).contains(APP);
            for (int tenant = 0; tenant < tenants; tenant++) {
                String tenantName = "bench-%04d".formatted(tenant);
                for (int app = 0; app < (isOfApp ? apps : 1); app++) {
                    String appName = "app-%02d".formatted(app);
                    rows.put(
                            renamed(row.getKey(), tenantName, appName),
                            renamed(row.getValue(), tenantName, appName));
                }
            }
        }
    }

    private static List<byte[]> frames(Map<byte[], byte[]> rows) {
        List<byte[]> frames = new ArrayList<>();
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        rows.forEach(
                (key, value) -> {
                    byte[] row =
                            ByteBuffer.allocate(2 * Integer.BYTES + key.length + value.length)
                                    .putInt(key.length)
                                    .put(key)
                                    .putInt(value.length)
                                    .put(value)
                                    .array();
                    frame.writeBytes(row);
                    if (frame.size() > FRAME_BYTES) {
                        frames.add(frame.toByteArray());
                        frame.reset();
                    }
                });
        frames.add(frame.toByteArray());
        return frames;
    }

    private static byte[] renamed(byte[] bytes, String tenant, String app) {
        return text(bytes)
                .replace(TENANT, tenant)
                .replace(APP, app)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
