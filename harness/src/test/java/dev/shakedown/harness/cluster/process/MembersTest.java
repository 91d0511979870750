package dev.shakedown.harness.cluster.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers are above the kernel's highest pid, so that none is this JVM or its parents. */
class MembersTest {
    private static final long LEADER = 5_000_000;
    private static final String OURS = "HOME=/h\0SHAKEDOWN_RUN=run-1\0";
    private static final String FOREIGN = "HOME=/h\0SHAKEDOWN_RUN=run-10\0";
    private static final String OVERWRITTEN = "";

    @TempDir Path root;
    private FakeProc proc;

    @BeforeEach
    void makeTable() {
        proc = new FakeProc(root);
    }

    @Test
    void findsTheLeadersSessionWhateverItsEnvironment() {
        proc.with(LEADER, 1, LEADER, 100, OURS)
                .with(LEADER + 1, 1, LEADER, 120, OVERWRITTEN)
                .with(LEADER + 2, 1, LEADER, 130, "PATH=/bin\0");
        assertThat(found("boot-1")).containsExactly(LEADER, LEADER + 1, LEADER + 2);
    }

    @Test
    void findsByMarkWhatLeftSessionAndParents() {
        proc.with(LEADER + 7, 1, LEADER + 7, 200, OURS);
        assertThat(found("boot-1")).containsExactly(LEADER + 7);
    }

    @Test
    void findsChildrenOfMembersInSessionsOfTheirOwn() {
        proc.with(LEADER, 1, LEADER, 100, OURS)
                .with(LEADER + 3, LEADER, LEADER + 3, 150, OVERWRITTEN)
                .with(LEADER + 4, LEADER + 3, LEADER + 4, 160, "PATH=/bin\0");
        assertThat(found("boot-1")).containsExactly(LEADER, LEADER + 3, LEADER + 4);
    }

    @Test
    void keepsOrphansOfADeadLeaderWhoseEnvironmentIsOverwritten() {
        proc.with(LEADER + 1, 1, LEADER, 120, OVERWRITTEN);
        assertThat(found("boot-1")).containsExactly(LEADER + 1);
    }

    /** As vLLM's engine core leaves it: the title took the first part, and the mark with it. */
    @Test
    void keepsOrphansOfADeadLeaderWhoseEnvironmentIsPartlyOverwritten() {
        proc.with(LEADER + 1, 1, LEADER, 120, "\0\0\0LOCAL_WORLD_SIZE=1\0");
        assertThat(found("boot-1")).containsExactly(LEADER + 1);
    }

    @Test
    void leavesAlonePrefixesOfTheMark() {
        proc.with(LEADER + 1, 1, LEADER + 1, 120, FOREIGN);
        assertThat(found("boot-1")).isEmpty();
    }

    @Test
    void leavesAloneASessionThatGotTheNumberAgain() {
        proc.with(LEADER, 1, LEADER, 900, "PATH=/bin\0")
                .with(LEADER + 1, 1, LEADER, 901, OVERWRITTEN);
        assertThat(found("boot-1")).isEmpty();
    }

    @Test
    void leavesAloneOrphansWithAnotherEnvironment() {
        proc.with(LEADER + 1, 1, LEADER, 120, "PATH=/bin\0");
        assertThat(found("boot-1")).isEmpty();
    }

    @Test
    void leavesAloneWhatIsOlderThanTheLeader() {
        proc.with(LEADER + 1, 1, LEADER, 90, OVERWRITTEN);
        assertThat(found("boot-1")).isEmpty();
    }

    @Test
    void trustsNoNumberOfAnotherBoot() {
        proc.with(LEADER, 1, LEADER, 100, OVERWRITTEN);
        assertThat(found("boot-0")).isEmpty();
    }

    private Set<Long> found(String boot) {
        LedgerPage page =
                new LedgerPage(
                        1,
                        "run-1",
                        "/runs/1",
                        "here",
                        0,
                        new ProcessId(4, 4, boot),
                        List.of(new LedgerEntry("Ray head", new ProcessId(LEADER, 100, boot))),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        false,
                        Optional.empty(),
                        "");
        Set<Long> pids = new TreeSet<>();
        new Members(proc.procFs(), page).find(List.of()).keySet().forEach(id -> pids.add(id.pid()));
        return pids;
    }
}
