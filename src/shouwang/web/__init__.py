"""The common face: base templates, parts, assets, access decorators, and the manifest that joins domains.

It knows the kernel through its doors and no domain. It is not a page of its own beyond what every shell needs
(language, type size, the menu of the person, problems); staff pages are `desk`, public ones `portal`.
"""
