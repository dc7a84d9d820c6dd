package io.echelon.controlplane;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A name server whose TXT records are files of a folder: their names are the records', each line is
 * a text. Every name has the address 127.0.0.1.
 */
final class TestDns implements AutoCloseable {
    private static final int HEADER_BYTES = 12;
    private static final int NO_SUCH_NAME = 3;
    private static final int A = 1;
    private static final int TXT = 16;

    private final DatagramSocket socket;
    private final Path folder;
    private final Thread thread = Thread.ofPlatform().name("test-dns").unstarted(this::run);

    private TestDns(DatagramSocket socket, Path folder) {
        this.socket = socket;
        this.folder = folder;
    }

    static TestDns start(Path folder) throws IOException {
        Files.createDirectories(folder);
        TestDns dns = new TestDns(new DatagramSocket(0, InetAddress.getLoopbackAddress()), folder);
        dns.thread.start();
        return dns;
    }

    String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    @Override
    public void close() {
        socket.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        byte[] buffer = new byte[1_500];
        try {
            while (true) {
                DatagramPacket question = new DatagramPacket(buffer, buffer.length);
                socket.receive(question);
                byte[] answer = answer(buffer, question.getLength());
                socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
            }
        } catch (IOException closed) {
            // The end.
        }
    }

    private static byte[] address(byte[] question, int end, int type) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(question, 0, 2);
        out.writeShort(0x8180);
        out.writeShort(1);
        out.writeShort(type == A ? 1 : 0);
        out.writeInt(0);
        out.write(question, HEADER_BYTES, end - HEADER_BYTES);
        if (type == A) {
            out.writeShort(0xc000 | HEADER_BYTES);
            out.writeShort(A);
            out.writeShort(1);
            out.writeInt(60);
            out.writeShort(4);
            out.write(new byte[] {127, 0, 0, 1});
        }
        return bytes.toByteArray();
    }

    private byte[] answer(byte[] question, int length) throws IOException {
        StringBuilder name = new StringBuilder();
        int at = HEADER_BYTES;
        for (int size = question[at]; size > 0; size = question[at]) {
            name.append(name.isEmpty() ? "" : ".")
                    .append(new String(question, at + 1, size, StandardCharsets.US_ASCII));
            at += 1 + size;
        }
        int end = at + 5;
        int type = ((question[at + 1] & 0xff) << 8) | (question[at + 2] & 0xff);
        if (type != TXT) {
            return address(question, end, type);
        }
        Path file = folder.resolve(name.toString().toLowerCase(Locale.ROOT));
        List<String> texts = Files.exists(file) ? Files.readAllLines(file) : List.of();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(question, 0, 2);
        out.writeShort(0x8180 | (texts.isEmpty() ? NO_SUCH_NAME : 0));
        out.writeShort(1);
        out.writeShort(texts.size());
        out.writeInt(0);
        out.write(question, HEADER_BYTES, Math.min(end, length) - HEADER_BYTES);
        for (String text : texts) {
            byte[] content = text.getBytes(StandardCharsets.UTF_8);
            out.writeShort(0xc000 | HEADER_BYTES);
            out.writeShort(TXT);
            out.writeShort(1);
            out.writeInt(60);
            out.writeShort(1 + content.length);
            out.writeByte(content.length);
            out.write(content);
        }
        return bytes.toByteArray();
    }
}
