package io.taskmover.storage.examples;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.fileops.FileOperations;
import io.taskmover.storage.transaction.Propagation;
import io.taskmover.storage.transaction.RetryPolicy;
import io.taskmover.storage.transaction.TransactionManager;
import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Transactions: tried again, nested, and over two stores and the files that their rows speak of. */
public final class SeveralStores {
    /** A document, and where its file is. */
    record Document(String id, String file) {}

    /** How many documents there are of a kind. */
    record Counter(String id, long count) {}

    private SeveralStores() {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("documents");
        Files.writeString(folder.resolve("scan.pdf"), "the file");
        Path data = Files.createTempDirectory("data");
        try (Storage catalog = Storage.open("file:" + data.resolve("catalog"));
                Storage statistics = Storage.open("sqlite:" + data.resolve("statistics.db"));
                FileOperations files = FileOperations.open(folder)) {
            Repository<Document, String> documents = catalog.repository(Document.class, String.class);
            Repository<Counter, String> counters = statistics.repository(Counter.class, String.class);
            // README:several-stores
            // two stores and the files on the disk: all of it or nothing, after a crash too
            TransactionManager.across(catalog, statistics, files)
                    .retrying(RetryPolicy.DEFAULT)
                    .transaction(tx -> {
                        files.makeDirectory(Path.of("invoices"));
                        files.move(Path.of("scan.pdf"), Path.of("invoices/0815.pdf"));
                        documents.save(new Document("0815", "invoices/0815.pdf"));
                        long before = counters.findById("invoices")
                                .map(Counter::count)
                                .orElse(0L);
                        counters.save(new Counter("invoices", before + 1));
                    });

            // one store: as if transactions ran one after the other; whoever was overtaken runs again
            catalog.retrying(RetryPolicy.DEFAULT)
                    .isolation(Isolation.SERIALIZABLE)
                    .transaction(tx -> documents.save(new Document("0816", "not scanned yet")));

            // a part that can fail alone
            catalog.transaction(tx -> {
                documents.delete("0816");
                try {
                    catalog.transactions().propagation(Propagation.NESTED).transaction(part -> {
                        documents.save(new Document("0817", "lost.pdf"));
                        throw new FileNotFoundException("lost.pdf");
                    });
                } catch (FileNotFoundException e) {
                    tx.afterCommit(() -> System.out.println("without " + e.getMessage()));
                }
            });
            // end
            System.out.println(documents.findAll() + ", " + counters.findAll() + ", "
                    + Files.readString(folder.resolve("invoices/0815.pdf")));
        }
    }
}
