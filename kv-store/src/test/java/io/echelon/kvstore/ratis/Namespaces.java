package io.echelon.kvstore.ratis;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A network namespace for each member and one with the bridge that joins them, so that cables can
 * be cut. Making them needs root; their names begin with that of this process, and they are removed
 * at the end. Members have certificates, since their addresses are not this machine's alone.
 */
final class Namespaces implements Site {
    private static final String NETWORK = "10.231.77.";
    private static final int PORT = 7400;

    private final String name = "kv-faults-" + ProcessHandle.current().pid();
    private final Path folder;
    private final TestAuthority authority;
    private final List<String> made = new ArrayList<>();
    private final Map<String, String> ports = new HashMap<>();

    /** How a member is cut off. */
    enum Cut {
        /** Nothing comes to it and nothing from it. */
        OFF,
        /** Nothing comes to it. */
        DEAF,
        /** Nothing comes from it. */
        MUTE
    }

    Namespaces(Path folder) throws IOException {
        this.folder = folder;
        try {
            authority = new TestAuthority();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        add(hub());
        try {
            ip("-n", hub(), "link", "add", "bridge", "type", "bridge");
            ip("-n", hub(), "link", "set", "bridge", "up");
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private String hub() {
        return name + "-hub";
    }

    private String space(String member) {
        return name + "-" + member;
    }

    private void add(String space) throws IOException {
        ip("netns", "add", space);
        made.add(space);
    }

    private static void ip(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Commands.run(command.toArray(String[]::new));
    }

    @Override
    public Member member(String member) throws IOException {
        int number = made.size();
        String space = space(member);
        String port = "port" + number;
        add(space);
        ip(
                "-n", hub(), "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns",
                space);
        ip("-n", hub(), "link", "set", port, "master", "bridge", "up");
        ip("-n", space, "link", "set", "lo", "up");
        ip("-n", space, "link", "set", "eth0", "up");
        ip("-n", space, "addr", "add", NETWORK + number + "/24", "dev", "eth0");
        ports.put(member, port);
        try {
            authority.write(certificates(member), member);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        return new Member(member, NETWORK + number + ":" + PORT);
    }

    private Path certificates(String member) {
        return folder.resolve("certificates").resolve(member);
    }

    @Override
    public List<String> prefix(String member) {
        return List.of("ip", "netns", "exec", space(member));
    }

    @Override
    public List<String> options(String member) {
        return List.of("-Dtls=" + certificates(member));
    }

    void cut(String member, Cut cut) throws IOException {
        change(member, cut, "add");
    }

    void mend(String member, Cut cut) throws IOException {
        change(member, cut, "del");
    }

    /** A queue that has room for nothing loses everything that is sent there. */
    private void change(String member, Cut cut, String how) throws IOException {
        if (cut != Cut.MUTE) {
            lose(hub(), String.valueOf(ports.get(member)), how);
        }
        if (cut != Cut.DEAF) {
            lose(space(member), "eth0", how);
        }
    }

    private static void lose(String space, String device, String how) throws IOException {
        Commands.run("tc", "-n", space, "qdisc", how, "dev", device, "root", "pfifo", "limit", "0");
    }

    @Override
    public void close() throws IOException {
        for (String space : made) {
            ip("netns", "del", space);
        }
    }
}
