import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.http.HttpServerTransport;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;
import org.opensearch.transport.Netty4Plugin;

/**
 * One node of OpenSearch on 127.0.0.1, for tests and the local cloud: it keeps its data in the folder
 * that it is given, writes its port to standard output, and ends with its standard input. The folder
 * goes with it, so that nothing is left where whoever started it was killed.
 *
 * <p>The server's own main class wants a distribution's folders, and refuses to run as root.
 */
public final class DarkroomNode extends Node {

    private DarkroomNode(Environment environment, List<Class<? extends Plugin>> plugins) {
        super(environment, plugins, false);
    }

    public static void main(String[] arguments) throws Exception {
        Settings settings = Settings.builder()
            .put("path.home", arguments[0])
            .put("cluster.name", "darkroom")
            .put("network.host", "127.0.0.1")
            .put("http.port", "0") // any that is free
            .put("transport.port", "0")
            .put("http.type", "netty4")
            .put("transport.type", "netty4")
            .put("discovery.type", "single-node")
            // A disk that is nearly full would make every index one that nobody may write.
            .put("cluster.routing.allocation.disk.threshold_enabled", "false")
            .build();
        Environment environment =
            InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "darkroom");
        try (DarkroomNode node = new DarkroomNode(environment, List.of(Netty4Plugin.class))) {
            node.start();
            HttpServerTransport http = node.injector().getInstance(HttpServerTransport.class);
            System.out.println(http.boundAddress().publishAddress().getPort());
            System.in.transferTo(OutputStream.nullOutputStream()); // until its other end is gone
        }
        delete(Path.of(arguments[0]));
        System.exit(0);
    }

    private static void delete(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
