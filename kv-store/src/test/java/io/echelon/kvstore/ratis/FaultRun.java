package io.echelon.kvstore.ratis;

import io.echelon.kvstore.Versionstamp;
import io.echelon.kvstore.ratis.History.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Three replicas as three processes, clients that write, append, read and transfer money on all of
 * them, and faults meanwhile. {@link #finish} tells what the history shows.
 */
final class FaultRun {
    private static final int CLIENTS = 9;
    private static final int REGISTERS = 4;
    private static final List<String> ACCOUNTS =
            List.of("money-0", "money-1", "money-2", "money-3");
    private static final long DEPOSIT = 1_000;
    private static final int CALL_SECONDS = 40;
    private static final long PAUSE_NANOS = 10_000_000;
    private static final int LIST_EVERY_WRITES = 3_000;
    private static final long MOVE_EVERY_NANOS = 300_000_000;
    private static final int REST_LOOKS = 20;
    private static final int REST_LOOK_MILLIS = 100;

    private final Path folder;
    private final Site site;
    private final List<Member> members = new CopyOnWriteArrayList<>();
    private final List<ReplicaProcess> replicas = new CopyOnWriteArrayList<>();
    private final History history = new History();
    private final List<Thread> clients = new ArrayList<>();
    private final AtomicLong unique = new AtomicLong();
    private final Set<String> lists = ConcurrentHashMap.newKeySet();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong lastBegan = new AtomicLong(System.nanoTime());
    private final AtomicLong full = new AtomicLong();
    private final AtomicLong moves = new AtomicLong();
    private int replaced;
    private volatile boolean ending;

    FaultRun(Path folder, Site site) {
        this.folder = folder;
        this.site = site;
    }

    void start() throws IOException {
        for (String name : List.of("a", "b", "c")) {
            members.add(site.member(name));
        }
        for (Member member : members) {
            replicas.add(ReplicaProcess.start(folder, member.id(), members, site));
        }
        for (ReplicaProcess replica : replicas) {
            replica.awaitReady();
        }
        String deposit = "deposit %d %s".formatted(DEPOSIT, String.join(" ", ACCOUNTS));
        while (!replicas.getFirst().call(deposit, CALL_SECONDS).startsWith("ok")) {
            // Until a leader is elected.
        }
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            clients.add(Thread.ofPlatform().name("client-" + i).start(() -> beClient(client)));
        }
    }

    /** Has the database moved from shard to shard all the time; the replicas have two. */
    void moveAllTheTime() {
        clients.add(
                Thread.ofPlatform()
                        .name("mover")
                        .start(
                                () -> {
                                    while (!ending) {
                                        moveOnce();
                                    }
                                }));
    }

    private void moveOnce() {
        ReplicaProcess replica = replicaOf(random(members.size()));
        String[] place = replica.call("place", CALL_SECONDS).split(" ", -1);
        if (place.length == 2 && place[1].equals("null")) {
            int to = 1 - Integer.parseInt(place[0]);
            if (replica.call("move " + to, CALL_SECONDS).equals("ok")) {
                moves.incrementAndGet();
            }
        }
        LockSupport.parkNanos(MOVE_EVERY_NANOS);
    }

    /** How often a move was wanted so far. */
    long moves() {
        return moves.get();
    }

    /** Waits until the database stays where it is, and nothing of it is left elsewhere. */
    private void awaitRest() throws InterruptedException {
        for (int i = 0; moves.get() > 0 && i < REST_LOOKS; i++) {
            ReplicaProcess replica = replicas.get(i % replicas.size());
            i = replica.call("place", CALL_SECONDS).endsWith(" null") ? i : 0;
            Thread.sleep(REST_LOOK_MILLIS);
        }
    }

    History history() {
        return history;
    }

    /** How many writes and appends were acknowledged so far. */
    long acknowledged() {
        return acknowledged.get();
    }

    /** Lets clients work until so many more commits were acknowledged. */
    void work(long commits) {
        long wanted = acknowledged() + commits;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (acknowledged() < wanted) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(
                        "The replicas acknowledged fewer than %d commits in 120 s; logs are in %s"
                                .formatted(commits, folder));
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Waits until all replicas have what is committed, so that one of them can be spared. */
    void awaitAll() {
        for (ReplicaProcess replica : replicas) {
            readUntilAnswered(replica, "register-0");
        }
    }

    /** Waits for the next acknowledged commit that began after now; says how long that took. */
    double secondsUntilTheNextCommit() {
        long now = System.nanoTime();
        while (lastBegan.get() - now <= 0) {
            LockSupport.parkNanos(5_000_000);
            if (System.nanoTime() - now > TimeUnit.SECONDS.toNanos(120)) {
                throw new AssertionError("No commit was acknowledged for 120 s");
            }
        }
        return (System.nanoTime() - now) / 1e9;
    }

    int leader() {
        while (true) {
            // One that says so of itself may be asked first: others may not have heard yet.
            for (int i = 0; i < members.size(); i++) {
                if (!replicas.get(i).isOver()
                        && replicas.get(i).call("leader", 2).equals(members.get(i).id())) {
                    return i;
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    void kill(int index) throws InterruptedException {
        replicas.get(index).kill();
    }

    void restart(int index) throws IOException {
        replicas.set(index, ReplicaProcess.start(folder, members.get(index).id(), members, site));
        replicas.get(index).awaitReady();
    }

    Site site() {
        return site;
    }

    /** Starts all of them at once. */
    void restartAll() throws IOException {
        for (int i = 0; i < replicas.size(); i++) {
            replicas.set(i, ReplicaProcess.start(folder, members.get(i).id(), members, site));
        }
        for (ReplicaProcess replica : replicas) {
            replica.awaitReady();
        }
    }

    String name(int index) {
        return members.get(index).id();
    }

    Path folder(int index) {
        return folder.resolve(name(index));
    }

    /** How many writes were refused since the disk was full. */
    long full() {
        return full.get();
    }

    /** Kills a replica, deletes its files, and has a new one take its place, by a snapshot. */
    void wipe(int index) throws IOException, InterruptedException {
        kill(index);
        String lost = name(index);
        delete(folder.resolve(lost));
        work(LIST_EVERY_WRITES / 10);
        replicas.get(leader()).call("snapshot", CALL_SECONDS);
        replaced++;
        Member member = site.member("r" + replaced);
        List<Member> future = new ArrayList<>(members);
        future.set(index, member);
        ReplicaProcess joining = ReplicaProcess.join(folder, member.id(), future, site);
        joining.awaitReady();
        String command = "replace %s %s %s".formatted(lost, member.id(), member.address());
        Set<String> done = new HashSet<>();
        for (int i = 0; done.size() < site.shards(); i++) {
            if (i == 30) {
                throw new AssertionError("No replica could be replaced; logs are in " + folder);
            }
            String answer = replicas.get((index + 1 + i % 2) % 3).call(command, CALL_SECONDS);
            if (answer.startsWith("ok ")) {
                done.addAll(List.of(answer.substring("ok ".length()).split(" ")));
            } else {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        members.set(index, member);
        replicas.set(index, joining);
        // It is a member once it has the snapshot, and takes that over after it.
        readUntilAnswered(joining, "register-0");
        if (!Files.readString(folder.resolve(member.id() + ".log"))
                .contains("took over a snapshot")) {
            throw new AssertionError("%s did not catch up by a snapshot".formatted(member));
        }
    }

    private static void delete(Path path) throws IOException {
        List<Path> paths;
        try (Stream<Path> all = Files.walk(path)) {
            paths = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : paths) {
            Files.delete(each);
        }
    }

    void signal(int index, String signal) throws IOException, InterruptedException {
        replicas.get(index).signal(signal);
    }

    /**
     * Ends the clients, reads everything once more, and tells what is wrong; nothing, if all is
     * well.
     */
    List<String> finish() throws InterruptedException {
        ending = true;
        for (Thread client : clients) {
            client.join();
        }
        awaitRest();
        for (ReplicaProcess replica : replicas) {
            lists.forEach(list -> readUntilAnswered(replica, list));
            for (int i = 0; i < REGISTERS; i++) {
                readUntilAnswered(replica, "register-" + i);
            }
            accounts(replica);
        }
        List<String> violations =
                new ArrayList<>(history.violations(lists, DEPOSIT * ACCOUNTS.size()));
        Set<String> checksums = new HashSet<>();
        replicas.forEach(replica -> checksums.add(replica.call("checksum", CALL_SECONDS)));
        if (checksums.size() != 1) {
            violations.add("The replicas differ: " + checksums);
        }
        for (ReplicaProcess replica : replicas) {
            if (!replica.call("verify", CALL_SECONDS).equals("ok")) {
                violations.add("The sizes of a replica's databases are wrong");
            }
        }
        return violations;
    }

    void end() throws InterruptedException {
        ending = true;
        for (ReplicaProcess replica : replicas) {
            replica.kill();
        }
    }

    private void beClient(int client) {
        while (!ending) {
            ReplicaProcess replica = replicaOf(client);
            if (replica.isOver()) {
                LockSupport.parkNanos(5_000_000);
                continue;
            }
            switch (ThreadLocalRandom.current().nextInt(6)) {
                case 0, 1 -> write(replica, "set", "register-" + random(REGISTERS));
                case 2 -> write(replica, "append", list(client));
                case 3 -> read(replica, "register-" + random(REGISTERS));
                case 4 -> read(replica, list(client));
                default -> {
                    int from = random(ACCOUNTS.size());
                    int to = (from + 1 + random(ACCOUNTS.size() - 1)) % ACCOUNTS.size();
                    replica.call(
                            "transfer %s %s %d"
                                    .formatted(ACCOUNTS.get(from), ACCOUNTS.get(to), random(10)),
                            CALL_SECONDS);
                    accounts(replica);
                }
            }
        }
    }

    /**
     * The replica that a client asks: always the same while that runs, and else the next one that
     * does. So one that stands still never has them all waiting.
     */
    private ReplicaProcess replicaOf(int client) {
        List<ReplicaProcess> present = List.copyOf(replicas);
        for (int i = 0; i < present.size(); i++) {
            ReplicaProcess replica = present.get((client + i) % present.size());
            if (!replica.isOver()) {
                return replica;
            }
        }
        return present.get(client % present.size());
    }

    /** The list that a client appends to; a new one before a value gets too large. */
    private String list(int client) {
        String list = "list-%d-%d".formatted(client % 3, unique.get() / LIST_EVERY_WRITES);
        lists.add(list);
        return list;
    }

    private void write(ReplicaProcess replica, String operation, String key) {
        String value = "v" + unique.incrementAndGet();
        long began = System.nanoTime();
        String[] answer =
                replica.call("%s %s %s".formatted(operation, key, value), CALL_SECONDS)
                        .split(" ", -1);
        Outcome outcome =
                switch (answer[0]) {
                    case "ok" -> Outcome.DONE;
                    case "conflict", "failed", "full" -> Outcome.NOT_DONE;
                    default -> Outcome.UNKNOWN;
                };
        if (outcome == Outcome.DONE) {
            acknowledged.incrementAndGet();
            lastBegan.accumulateAndGet(began, Math::max);
        }
        if (answer[0].equals("full")) {
            full.incrementAndGet();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        history.add(
                new History.Write(
                        key,
                        value,
                        outcome,
                        outcome == Outcome.DONE ? Versionstamp.of(answer[1]) : null,
                        began,
                        System.nanoTime()));
    }

    private boolean read(ReplicaProcess replica, String key) {
        long began = System.nanoTime();
        String[] answer = replica.call("get " + key, CALL_SECONDS).split(" ", -1);
        switch (answer[0]) {
            case "found" ->
                    history.add(
                            new History.Read(
                                    key,
                                    answer[2],
                                    Versionstamp.of(answer[1]),
                                    began,
                                    System.nanoTime()));
            case "none" -> history.add(new History.Read(key, null, null, began, System.nanoTime()));
            default -> {
                return false;
            }
        }
        return true;
    }

    private void readUntilAnswered(ReplicaProcess replica, String key) {
        for (int i = 0; !read(replica, key); i++) {
            if (i == 10) {
                throw new AssertionError("A replica does not answer; logs are in " + folder);
            }
        }
    }

    private void accounts(ReplicaProcess replica) {
        long began = System.nanoTime();
        String[] answer =
                replica.call("accounts " + String.join(" ", ACCOUNTS), CALL_SECONDS).split(" ", -1);
        if (answer[0].equals("found")) {
            List<Long> balances = new ArrayList<>();
            for (int i = 1; i < answer.length; i++) {
                balances.add(Long.parseLong(answer[i]));
            }
            history.add(new History.Accounts(balances, began, System.nanoTime()));
        }
    }

    private static int random(int bound) {
        return ThreadLocalRandom.current().nextInt(bound);
    }
}
