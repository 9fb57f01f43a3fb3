package io.taskmover.storage.examples;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.query.Query.where;
import static io.taskmover.storage.query.Sort.asc;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.mapping.Entity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;

/** An entity over a SQLite table that another program made: its names differ, its other columns stay as they are. */
public final class ExistingTable {
    /** Knows three of the table's four columns. */
    record Book(long id, String title, int year) {}

    private ExistingTable() {}

    public static void main(String[] args) throws Exception {
        Path file = Files.createTempDirectory("library").resolve("library.db");
        makeTable(file);
        try (Storage storage = Storage.open("sqlite:" + file)) {
            Repository<Book, Long> books = storage.repository(Entity.of(Book.class, Book::id)
                    .table("tbl_books")
                    .column(Book::id, "book_id")
                    .column(Book::title, "book_title")
                    .column(Book::year, "published"));
            List<Book> old = books.find(where(field(Book::year).lessThan(1900)).orderBy(asc(Book::year)));
            Book first = old.get(0);
            books.save(new Book(first.id(), first.title().toUpperCase(java.util.Locale.ROOT), first.year()));
            System.out.println(books.findAll());
        }
    }

    /** What was there before: a table of somebody else's. */
    private static void makeTable(Path file) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("create table tbl_books (book_id integer primary key, book_title text not null,"
                    + " published integer, shelf text)");
            statement.execute("insert into tbl_books values (1, 'Emma', 1815, 'A3'), (2, 'Ulysses', 1922, 'B1')");
        }
    }
}
