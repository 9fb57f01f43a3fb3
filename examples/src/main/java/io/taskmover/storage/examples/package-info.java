/** Short programs that show the library at work; the README's code is taken from here. */
package io.taskmover.storage.examples;
