import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;

/**
 * One node from jars alone, without the distribution: its modules are plugins on the class path. Arguments: its folder,
 * then {@code plugin=CLASS} and settings as {@code name=value}. Further plugins are those in {@code plugins/} of the
 * folder, as in the distribution.
 */
public class LocalNode extends Node {
  private LocalNode(Environment environment, Collection<Class<? extends Plugin>> modules) {
    super(environment, modules, false);
  }

  public static void main(String[] arguments) throws Exception {
    Path home = Paths.get(arguments[0]);
    Files.createDirectories(home.resolve("config"));
    LogConfigurator.registerErrorListener();
    Settings.Builder settings = Settings.builder().put("path.home", home.toString());
    List<Class<? extends Plugin>> modules = new ArrayList<>();
    for (int i = 1; i < arguments.length; i++) {
      String[] pair = arguments[i].split("=", 2);
      if (pair[0].equals("plugin")) {
        modules.add(Class.forName(pair[1]).asSubclass(Plugin.class));
      } else if (pair[1].contains(",")) {
        settings.putList(pair[0], pair[1].split(","));
      } else {
        settings.put(pair[0], pair[1]);
      }
    }
    Environment environment =
        InternalSettingsPreparer.prepareEnvironment(settings.build(), Map.of(), home.resolve("config"), () -> "node");
    Node node = new LocalNode(environment, modules);
    node.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
    Thread.currentThread().join();
  }

  private static void close(Node node) {
    try {
      node.close();
    } catch (Exception ended) {
      System.err.println("closing: " + ended);
    }
  }
}
