package io.taskmover.storage.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.query.Sentences.Sentence;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The parser against sentences derived from the published grammar. */
class JdqlGrammarTest {
    private static final int SENTENCES = 20_000;

    @Test
    void everySentenceOfTheGrammarHasItsMeaning() {
        Sentences sentences = new Sentences(1);
        for (int i = 0; i < SENTENCES; i++) {
            Sentence sentence = sentences.statement();
            assertThat(Jdql.parse(sentence.text())).as(sentence.text()).isEqualTo(sentence.meaning());
        }
    }

    @Test
    void aStatementWrittenOutParsesToItself() {
        Sentences sentences = new Sentences(2);
        for (int i = 0; i < SENTENCES; i++) {
            Jdql statement = sentences.statement().meaning();
            assertThat(Jdql.parse(statement.toString()))
                    .as(statement.toString())
                    .isEqualTo(statement);
        }
    }

    @Test
    void whatIsNoSentenceIsRefusedWithItsPlace() {
        Sentences sentences = new Sentences(3);
        Random random = new Random(4);
        int refused = 0;
        for (int i = 0; i < SENTENCES; i++) {
            String text = mutated(sentences.statement().text(), random);
            try {
                Jdql parsed = Jdql.parse(text);
                assertThat(Jdql.parse(parsed.toString())).as(text).isEqualTo(parsed);
            } catch (QueryException e) {
                refused++;
                long lines = text.replace("\r\n", "\n")
                                .chars()
                                .filter(c -> c == '\n' || c == '\r')
                                .count()
                        + 1;
                assertThat(e.line()).as(text).isBetween(1, (int) lines);
                assertThat(e.column()).as(text).isBetween(1, text.length() + 1);
                assertThat(e).hasMessageStartingWith("Line " + e.line() + ", column " + e.column() + ": ");
            }
        }
        assertThat(refused).isGreaterThan(SENTENCES / 2);
    }

    /** One to three characters dropped, repeated, swapped or replaced. */
    private static String mutated(String text, Random random) {
        StringBuilder mutant = new StringBuilder(text);
        for (int i = 0; i <= random.nextInt(3); i++) {
            int at = mutant.length() == 0 ? 0 : random.nextInt(mutant.length());
            String junk = "()'.,:?<>=|+-*/0_eL\"#\u0000\ud800 notin";
            char other = junk.charAt(random.nextInt(junk.length()));
            switch (random.nextInt(4)) {
                case 0 -> mutant.insert(at, other);
                case 1 -> mutant.delete(at, Math.min(mutant.length(), at + 1 + random.nextInt(4)));
                case 2 -> mutant.insert(at, mutant.substring(at, Math.min(mutant.length(), at + 5)));
                default -> mutant.setLength(at);
            }
        }
        return mutant.toString();
    }
}
