package io.taskmover.storage.sql;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.transaction.Participant;
import io.taskmover.storage.transaction.TransactionManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that commits to several stores at once until it is killed. Transaction n adds a row of that number to each of
 * them, and is reported as a line {@code n} when it is acknowledged. At a certain step of a commit it stops for good, and
 * says {@code stopped}.
 */
final class CommittingChild {
    record Note(long id, String text) {}

    private CommittingChild() {}

    /** Arguments: the number to begin with · the step to stop at · whether to open the first store last · the URLs. */
    public static void main(String[] arguments) {
        int number = Integer.parseInt(arguments[0]);
        int stopAt = Integer.parseInt(arguments[1]);
        boolean reversed = Boolean.parseBoolean(arguments[2]);
        List<String> urls = new ArrayList<>(Arrays.asList(arguments).subList(3, arguments.length));
        if (reversed) {
            Collections.reverse(urls);
        }
        AtomicInteger steps = new AtomicInteger();
        Runnable step = () -> {
            if (steps.incrementAndGet() >= stopAt) {
                say("stopped");
                stop();
            }
        };
        List<Participant> participants = new ArrayList<>();
        List<Repository<Note, Long>> repositories = new ArrayList<>();
        for (String url : urls) {
            Storage storage = Storage.open(url);
            participants.add(new SteppedParticipant(storage, step));
            repositories.add(storage.repository(Note.class, Long.class));
        }
        if (reversed) {
            Collections.reverse(participants); // the first that can decides
        }
        Participant[] all = participants.toArray(Participant[]::new);
        for (long n = number; ; n++) {
            Note note = new Note(n, "note " + n);
            TransactionManager.across(all)
                    .transaction(tx -> repositories.forEach(repository -> repository.insert(note)));
            say(Long.toString(n));
        }
    }

    private static void stop() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
