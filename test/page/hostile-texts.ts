/** Texts that try to run, load or move something when a page shows them. */
export const hostile = [
  "</script><script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg onload=alert(1)><a href='javascript:alert(1)'>x</a></svg>",
  "[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](data:text/html,<script>alert(1)</script>)",
  "![i](http://127.0.0.1:9/x.png) ![j](javascript:alert(1))",
  '[d](https://example.org "onmouseover=alert(1)" onclick=alert(1))',
  "<style>*{display:none}</style><form action=http://127.0.0.1:9><input name=page></form>",
  '```"><img src=x onerror=alert(1)>\n</code></pre><script>alert(1)</script>\n```',
  "<!--<script>--><iframe srcdoc='<script>alert(1)</script>'></iframe>",
  "| a |\n|---|\n| <b onclick=alert(1)>x</b> |\n\n<a id=page name=search>x</a>\u2028&lt;script&gt;",
];
