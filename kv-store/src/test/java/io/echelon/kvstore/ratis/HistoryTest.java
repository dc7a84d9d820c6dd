package io.echelon.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.Versionstamp;
import io.echelon.kvstore.ratis.History.Outcome;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The checker finds what it is there to find. */
class HistoryTest {
    private final History history = new History();

    @Test
    void acceptsConcurrentCallsInAnyOrder() {
        write("r", "1", 1, 0, 10);
        write("r", "2", 2, 5, 15);
        read("r", "1", 1, 6, 12);
        read("r", "2", 2, 7, 9);
        unknown("r", "3", 20, 90);
        read("r", "3", 3, 30, 40);
        append("l", "a", 4, 41, 42);
        append("l", "b", 5, 43, 44);
        read("l", "a,b", 5, 45, 46);
        history.add(new History.Accounts(List.of(3L, 7L), 0, 1));
        assertThat(violations()).isEmpty();
    }

    @Test
    void findsStaleReads() {
        write("r", "1", 1, 0, 1);
        write("r", "2", 2, 2, 3);
        read("r", "1", 1, 4, 5);
        assertThat(violations()).singleElement().asString().contains("stale");
    }

    @Test
    void findsReadsThatGoBack() {
        write("r", "1", 1, 0, 1);
        unknown("r", "2", 2, 100);
        read("r", "2", 2, 3, 4);
        read("r", "1", 1, 5, 6);
        assertThat(violations()).singleElement().asString().contains("stale");
    }

    @Test
    void findsStampsThatGoBackOrAreSharedByTwo() {
        write("r", "1", 9, 0, 1);
        write("s", "2", 8, 2, 3);
        write("t", "3", 9, 0, 4);
        assertThat(violations()).anyMatch(v -> v.contains("went back"));
        assertThat(violations()).anyMatch(v -> v.contains("share"));
    }

    @Test
    void findsValuesThatNobodyWrote() {
        history.add(new History.Write("r", "1", Outcome.NOT_DONE, null, 0, 1));
        read("r", "1", 1, 2, 3);
        assertThat(violations()).singleElement().asString().contains("not written");
    }

    @Test
    void findsAppendsThatAreLostOrDoubled() {
        append("l", "a", 1, 0, 1);
        append("l", "b", 2, 2, 3);
        append("l", "c", 3, 4, 5);
        read("l", "b,b,c", 3, 6, 7);
        assertThat(violations()).anyMatch(v -> v.contains("twice"));
        assertThat(violations()).anyMatch(v -> v.contains("lost"));
    }

    @Test
    void findsMoneyThatIsMade() {
        history.add(new History.Accounts(List.of(3L, 8L), 0, 1));
        assertThat(violations()).singleElement().asString().contains("sum");
    }

    private List<String> violations() {
        return history.violations(Set.of("l"), 10);
    }

    private void write(String key, String value, int stamp, long began, long ended) {
        history.add(
                new History.Write(
                        key, value, Outcome.DONE, new Versionstamp(stamp, 0), began, ended));
    }

    private void append(String key, String value, int stamp, long began, long ended) {
        write(key, value, stamp, began, ended);
    }

    private void unknown(String key, String value, long began, long ended) {
        history.add(new History.Write(key, value, Outcome.UNKNOWN, null, began, ended));
    }

    private void read(String key, String value, int stamp, long began, long ended) {
        history.add(new History.Read(key, value, new Versionstamp(stamp, 0), began, ended));
    }
}
