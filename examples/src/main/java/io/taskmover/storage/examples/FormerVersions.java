package io.taskmover.storage.examples;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.query.Query.where;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import java.time.Instant;

/** What an article was before, who changed it, and how it is brought back. */
public final class FormerVersions {
    record Article(String id, String title, int price) {}

    private FormerVersions() {}

    public static void main(String[] args) throws Exception {
        String url = args.length > 0 ? args[0] : "memory:";
        // README:versions
        try (Storage storage = Storage.open(url + "?versioningEnabled=true")) {
            Repository<Article, String> articles = storage.repository(Article.class, String.class);
            articles.save(new Article("a1", "Lamp", 30));
            Instant before = Instant.now();
            Thread.sleep(1);

            storage.transactions().by("anna").because("sale in May").transaction(tx -> {
                articles.save(new Article("a1", "Lamp", 20));
            });
            articles.delete("a1");

            articles.history("a1")
                    .forEach(version -> System.out.println(version.number() + " " + version.kind() + " "
                            + version.who().orElse("?") + ": " + version.entity()));
            System.out.println(articles.diff("a1", 1, 2));
            System.out.println(
                    articles.asOf(before).find(where(field(Article::price).atLeast(25))));
            System.out.println(articles.restore("a1", 1));
        }
        // end
    }
}
