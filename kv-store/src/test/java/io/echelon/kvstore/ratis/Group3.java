package io.echelon.kvstore.ratis;

import io.echelon.kvstore.Await;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.rocksdb.RocksOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Three replicas in this process, on free ports. */
final class Group3 implements AutoCloseable {
    private static final UUID GROUP = UUID.fromString("00000000-0000-4000-8000-000000000003");

    private final Path folder;
    private final List<Member> members;
    private final UnaryOperator<RatisOptions> change;
    private final Map<String, RatisKvStore> open = new HashMap<>();

    Group3(Path folder, UnaryOperator<RatisOptions> change) throws IOException {
        this.folder = folder;
        this.members = freeMembers("a", "b", "c");
        this.change = change;
        members.forEach(member -> start(member.id()));
    }

    static List<Member> freeMembers(String... names) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<Member> members = new ArrayList<>();
        for (String name : names) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            members.add(new Member(name, "127.0.0.1:" + socket.getLocalPort()));
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return members;
    }

    RatisKvStore start(String name) {
        RatisKvStore store =
                RatisKvStore.open(
                        change.apply(
                                RatisOptions.of(
                                        RocksOptions.of(folder.resolve(name)),
                                        GROUP,
                                        member(name),
                                        members,
                                        null)));
        open.put(name, store);
        return store;
    }

    private Member member(String name) {
        return member(members, name);
    }

    static Member member(List<Member> members, String name) {
        return members.stream()
                .filter(member -> member.id().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Members as the arguments of programs name them, {@code name=host:port}. */
    static List<Member> members(List<String> arguments) {
        return arguments.stream()
                .map(argument -> argument.split("=", 2))
                .map(parts -> new Member(parts[0], parts[1]))
                .toList();
    }

    /** Opens a replica that is no member yet and is to take the place of one. */
    RatisKvStore join(Member member, String lost) {
        List<Member> future = new ArrayList<>(members);
        future.removeIf(present -> present.id().equals(lost));
        future.add(member);
        return join(member, future, RatisOptions.Part.VOTER);
    }

    /** Opens a replica that is no member yet and is to become one. */
    RatisKvStore join(Member member, RatisOptions.Part part) {
        List<Member> future = new ArrayList<>(members);
        future.add(member);
        return join(member, future, part);
    }

    private RatisKvStore join(Member member, List<Member> future, RatisOptions.Part part) {
        RatisKvStore store =
                RatisKvStore.open(
                        change.apply(
                                RatisOptions.of(
                                                RocksOptions.of(folder.resolve(member.id())),
                                                GROUP,
                                                member,
                                                future,
                                                null)
                                        .withListeners(
                                                part == RatisOptions.Part.LISTENER
                                                        ? Set.of(member.id())
                                                        : Set.of())
                                        .withOrigin(RatisOptions.Origin.OTHERS)));
        open.put(member.id(), store);
        return store;
    }

    void stop(String name) {
        open.remove(name).close();
    }

    /** Deletes what a replica that was stopped has left. */
    void deleteFiles(String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(name))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    RatisKvStore store(String name) {
        return open.get(name);
    }

    List<RatisKvStore> stores() {
        return List.copyOf(open.values());
    }

    /** The member that leads, once one does: a strong read finds one. */
    String leader() {
        RatisKvStore any = open.values().iterator().next();
        Await.result(any.database("any").get(KvKey.of("any")));
        String leader = any.leader();
        return leader == null ? leader() : leader;
    }

    String follower() {
        return otherFollower("nobody");
    }

    /** One that neither leads nor has this name. */
    String otherFollower(String except) {
        String leader = leader();
        return open.keySet().stream()
                .filter(name -> !name.equals(leader) && !name.equals(except))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        open.values().forEach(RatisKvStore::close);
        open.clear();
    }
}
