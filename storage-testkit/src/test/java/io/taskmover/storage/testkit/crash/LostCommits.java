package io.taskmover.storage.testkit.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The commits that a repair's report says are lost, as a whole or in part: nobody can tell the rows of all of them. */
final class LostCommits {
    private static final Pattern ONE =
            Pattern.compile("commit (\\d+) (?:is not there|changes \\d+ rows|can be understood in part)"
                    + "|commit (\\d+), whose rows cannot be read any more");
    private static final Pattern RANGE = Pattern.compile("the commits (\\d+) to (\\d+)");
    /** Of what follows a torn write nobody can tell whether there was any. */
    private static final Pattern FROM = Pattern.compile("a write that was cut off, of commit (\\d+)");

    private static final Pattern AFTER =
            Pattern.compile("was committed after commit (\\d+) and had not become files yet is lost");
    /** What says no more than that the journal lacks something. */
    private static final Pattern SOME =
            Pattern.compile("it was cut off there; commits may be lost|its header is not that of journal segment");

    private final List<Range> ranges = new ArrayList<>();

    private record Range(int first, int last) {}

    /** @param inFiles up to which commit everything is in the files: what only the journal lacks is not lost up to there */
    LostCommits(String report, int inFiles) {
        ONE.matcher(report).results().forEach(found -> add(number(found), number(found)));
        RANGE.matcher(report)
                .results()
                .forEach(found -> add(Integer.parseInt(found.group(1)), Integer.parseInt(found.group(2))));
        FROM.matcher(report).results().forEach(found -> add(number(found), Integer.MAX_VALUE));
        AFTER.matcher(report).results().forEach(found -> add(number(found) + 1, Integer.MAX_VALUE));
        SOME.matcher(report).results().forEach(found -> add(inFiles + 1, Integer.MAX_VALUE));
    }

    private void add(int first, int last) {
        ranges.add(new Range(first, last));
    }

    private static int number(MatchResult found) {
        for (int i = 1; i <= found.groupCount(); i++) {
            if (found.group(i) != null) {
                return Integer.parseInt(found.group(i));
            }
        }
        throw new IllegalArgumentException(found.group());
    }

    boolean has(int commit) {
        return ranges.stream().anyMatch(range -> range.first <= commit && commit <= range.last);
    }
}
