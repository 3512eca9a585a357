"""The builder of ai_cpu_activation, by concept: `ai_cpu_activation.py` puts them together."""
