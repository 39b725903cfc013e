package io.slicewise.discovery.http;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** An HTTP/1.1 server of one pod, on plain sockets so that it can do whatever a server may. */
final class Backend implements AutoCloseable {

  /** Answers a request, or does not. */
  interface Handler {
    void handle(Exchange exchange) throws IOException;
  }

  private final InetSocketAddress address;
  private final @Nullable SSLContext tls;
  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Set<Socket> busy = ConcurrentHashMap.newKeySet();
  private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private volatile Handler handler = exchange -> exchange.reply(200, "hello");
  private volatile boolean stopping;

  Backend(String host, int port, @Nullable SSLContext tls) throws IOException {
    this.tls = tls;
    listening =
        tls == null ? new ServerSocket() : tls.getServerSocketFactory().createServerSocket();
    listening.setReuseAddress(true);
    listening.bind(new InetSocketAddress(InetAddress.getByName(host), port), 200);
    address = (InetSocketAddress) listening.getLocalSocketAddress();
    daemon(this::accept);
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "backend");
    thread.setDaemon(true);
    thread.start();
  }

  Backend with(Handler handler) {
    this.handler = handler;
    return this;
  }

  String host() {
    return address.getAddress().getHostAddress();
  }

  int port() {
    return address.getPort();
  }

  /** The requests that were read completely, in order. */
  List<Exchange> exchanges() {
    return exchanges;
  }

  int openConnections() {
    return open.size();
  }

  int acceptedConnections() {
    return accepted.get();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        accepted.incrementAndGet();
        open.add(socket);
        daemon(() -> serve(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (!stopping) {
        Exchange exchange = read(socket, in);
        if (exchange == null) {
          return;
        }
        exchanges.add(exchange);
        handler.handle(exchange);
        busy.remove(socket);
      }
    } catch (IOException e) {
      // the client is gone, or we are
    } finally {
      busy.remove(socket);
      open.remove(socket);
    }
  }

  private @Nullable Exchange read(Socket socket, InputStream in) throws IOException {
    String first = line(in);
    if (first == null) {
      return null;
    }
    busy.add(socket);
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
    }
    String length = headers.get("content-length");
    byte[] body = in.readNBytes(length == null ? 0 : Integer.parseInt(length));
    String[] words = first.split(" ");
    return new Exchange(
        socket, words[0], words[1], headers, new String(body, StandardCharsets.UTF_8));
  }

  private static @Nullable String line(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    while (true) {
      int next = in.read();
      if (next < 0) {
        if (text.length() == 0) {
          return null;
        }
        throw new EOFException("in a line");
      }
      if (next == '\n') {
        return text.toString();
      }
      if (next != '\r') {
        text.append((char) next);
      }
    }
  }

  /** Closes connections that wait for a request, as any server does after a while. */
  void closeIdle() throws IOException {
    for (Socket socket : open) {
      if (!busy.contains(socket)) {
        socket.close();
      }
    }
  }

  /** Takes no connections any more, answers what it has read, and is gone. */
  void stop() throws IOException {
    stopping = true;
    listening.close();
    closeIdle();
  }

  /** Is gone, and everything under way with it. */
  void kill() throws IOException {
    stopping = true;
    listening.close();
    for (Socket socket : open) {
      reset(socket);
    }
  }

  private static void reset(Socket socket) throws IOException {
    try {
      socket.setSoLinger(true, 0);
    } catch (SocketException e) {
      // closed already
    }
    socket.close();
  }

  @Override
  public void close() throws IOException {
    kill();
  }

  /** A request, and the means to answer it. */
  record Exchange(
      Socket socket, String method, String path, Map<String, String> headers, String body) {

    String host() {
      return headers.getOrDefault("host", "");
    }

    /** The name that the client asked for in its TLS greeting, or empty. */
    String sni() {
      if (socket instanceof SSLSocket secure
          && secure.getSession() instanceof ExtendedSSLSession session) {
        return session.getRequestedServerNames().stream()
            .map(name -> ((SNIHostName) name).getAsciiName())
            .findFirst()
            .orElse("");
      }
      return "";
    }

    void reply(int status, String body, String... headers) throws IOException {
      byte[] content = body.getBytes(StandardCharsets.UTF_8);
      write(head(status, headers) + "Content-Length: " + content.length + "\r\n\r\n" + body);
    }

    /** Begins an answer without an end; {@link #write} adds to it until the socket is closed. */
    void begin(int status, String... headers) throws IOException {
      write(head(status, headers) + "Connection: close\r\n\r\n");
    }

    private static String head(int status, String... headers) {
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " -\r\n");
      for (String header : headers) {
        head.append(header).append("\r\n");
      }
      return head.toString();
    }

    void write(String text) throws IOException {
      OutputStream out = socket.getOutputStream();
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    /** Breaks the connection instead of an answer. */
    void reset() throws IOException {
      Backend.reset(socket);
      throw new EOFException("reset");
    }
  }
}
